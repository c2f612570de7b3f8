/** `seedproof/server`: what a server of this program shows to other programs. */

export { a1111Face } from "./faces/a1111/face.ts";
export { type ComfyFace, comfyFace } from "./faces/comfyui/face.ts";
export type { FaceDeps, FaceOutcome, FaceRecorder, FaceRequest } from "./faces/deps.ts";
export { type FaceRecording, faceRecorder } from "./faces/recorder.ts";
