/** Local features by OpenCV's WebAssembly build, loaded only when pictures must be compared. */

import { createRequire } from "node:module";
import { SeedproofError } from "../base/errors.ts";
import { type Corner, type FeatureDetector, type Features, spread } from "../compare/pair/features.ts";
import { bytesOf, mirrored, type Plane } from "../compare/pair/plane.ts";

/** A handle of OpenCV's; every one must be given back. */
interface Handle {
  delete(): void;
}

interface Mat extends Handle {
  readonly rows: number;
  readonly data: Uint8Array;
}

interface KeyPoint {
  readonly angle: number;
  readonly class_id: number;
  readonly octave: number;
  readonly pt: { readonly x: number; readonly y: number };
  readonly response: number;
  readonly size: number;
}

interface KeyPointVector extends Handle {
  size(): number;
  get(i: number): KeyPoint;
  push_back(point: KeyPoint): void;
}

interface Akaze extends Detector {
  setDescriptorSize(bits: number): void;
  setThreshold(response: number): void;
}

interface Detector extends Handle {
  detect(image: Mat, points: KeyPointVector): void;
  compute(image: Mat, points: KeyPointVector, descriptors: Mat): void;
}

/** What is used of OpenCV's module; its own types do not cover these classes. */
interface OpenCv {
  readonly Mat: { new (): Mat; new (rows: number, columns: number, type: number): Mat };
  readonly KeyPointVector: new () => KeyPointVector;
  readonly ORB: new (...settings: readonly number[]) => Detector;
  readonly AKAZE: new () => Akaze;
  readonly CV_8UC1: number;
  onRuntimeInitialized?: () => void;
}

/** ORB before the choice by grid: far more corners than are kept, down to weak ones. */
const ORB = {
  corners: 5000,
  scaleFactor: 1.2,
  levels: 8,
  edge: 31,
  firstLevel: 0,
  wtaK: 2,
  score: 0,
  patch: 31,
  fast: 8,
};

/** AKAZE as the last step: descriptors as long as ORB's, and a threshold at a fifth of OpenCV's, since it is asked about flat pictures. */
const AKAZE = { bits: 256, threshold: 0.0002 } as const;

/** ORB's eighth level of a picture below this has no room for a patch, and OpenCV throws. */
const LEAST_SIDE = 120;

let started: Promise<void> | undefined;

/** OpenCV of this process. Its file has 11 MB and takes a third of a second. It has a `then`: it must never be awaited. */
function openCv(): OpenCv {
  // It would take over every uncaught error of this process and print its own source for it.
  const kept = TAKEN.map((event) => [event, process.rawListeners(event)] as const);
  const cv = createRequire(import.meta.url)("@techstark/opencv-js") as OpenCv;
  for (const [event, before] of kept) {
    for (const listener of process.rawListeners(event)) {
      if (!before.includes(listener)) process.off(event, listener as (...args: unknown[]) => void);
    }
  }
  return cv;
}

const TAKEN = ["uncaughtException", "unhandledRejection"] as const;

function start(cv: OpenCv): Promise<void> {
  started ??= new Promise<void>((resolve) => {
    if (cv.Mat) resolve();
    else cv.onRuntimeInitialized = resolve;
  });
  return started;
}

/** The detector of features on this machine. */
export async function openCvDetector(): Promise<FeatureDetector> {
  const cv = openCv();
  await start(cv);
  const orb = new cv.ORB(...Object.values(ORB));
  const akaze = new cv.AKAZE();
  akaze.setDescriptorSize(AKAZE.bits);
  akaze.setThreshold(AKAZE.threshold);
  return {
    method: "orb-akaze-grid/1 opencv-js@4.12.0-release.1",
    detect(plane) {
      const small = Math.min(plane.width, plane.height) < LEAST_SIDE;
      const corners = small ? [] : guarded(() => detect(cv, orb, plane));
      return {
        plain: guarded(() => describe(cv, orb, plane, corners)),
        mirror: () =>
          guarded(() =>
            describe(
              cv,
              orb,
              mirrored(plane),
              corners.map((c) => reflected(c, plane.width)),
            ),
          ),
        slow: (mirror) => {
          const seen = mirror ? mirrored(plane) : plane;
          // AKAZE gives up on some pictures whose blobs lie at the edge; what the corners say of the pair then stands.
          return gently(() => describe(cv, akaze, seen, detect(cv, akaze, seen))) ?? describe(cv, orb, seen, []);
        },
      };
    },
  };
}

/** OpenCV throws bare numbers; one that is not caught would print its whole source. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SeedproofError) throw cause;
    throw new SeedproofError("compare.features-failed", "the detector of features gave up on this picture", {
      cause: typeof cause === "number" ? new Error(`OpenCV exception ${cause}`) : cause,
    });
  }
}

/** `undefined` where OpenCV throws one of its numbers. */
function gently<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (cause) {
    if (typeof cause === "number") return undefined;
    throw cause;
  }
}

/** Runs with handles that are given back whatever happens. */
function withHandles<T>(work: (keep: <H extends Handle>(handle: H) => H) => T): T {
  const handles: Handle[] = [];
  try {
    return work((handle) => {
      handles.push(handle);
      return handle;
    });
  } finally {
    for (const handle of handles.reverse()) handle.delete();
  }
}

function detect(cv: OpenCv, method: Detector, plane: Plane): Corner[] {
  return withHandles((keep) => {
    const image = keep(new cv.Mat(plane.height, plane.width, cv.CV_8UC1));
    image.data.set(bytesOf(plane));
    const points = keep(new cv.KeyPointVector());
    method.detect(image, points);
    const corners = Array.from({ length: points.size() }, (_, i): Corner => {
      const { pt, angle, size, response, octave, class_id: level } = points.get(i);
      return { x: pt.x, y: pt.y, angle, size, response, octave, level };
    });
    return spread(corners, plane.width, plane.height);
  });
}

/** Descriptors of given corners. OpenCV may leave some out and change the order; what it gives back is taken. */
function describe(cv: OpenCv, method: Detector, plane: Plane, corners: readonly Corner[]): Features {
  return withHandles((keep) => {
    const image = keep(new cv.Mat(plane.height, plane.width, cv.CV_8UC1));
    image.data.set(bytesOf(plane));
    const points = keep(new cv.KeyPointVector());
    for (const { x, y, angle, size, response, octave, level } of corners) {
      points.push_back({ pt: { x, y }, angle, size, response, octave, class_id: level });
    }
    const descriptors = keep(new cv.Mat());
    if (corners.length > 0) method.compute(image, points, descriptors);
    const count = corners.length === 0 ? 0 : descriptors.rows;
    const kept = Array.from({ length: count }, (_, i) => points.get(i));
    return {
      count,
      width: plane.width,
      height: plane.height,
      x: Float32Array.from(kept, ({ pt }) => pt.x),
      y: Float32Array.from(kept, ({ pt }) => pt.y),
      angle: Float32Array.from(kept, ({ angle }) => angle),
      size: Float32Array.from(kept, ({ size }) => size),
      words: new Uint32Array(Uint8Array.from(count === 0 ? [] : descriptors.data).buffer),
    };
  });
}

function reflected(corner: Corner, width: number): Corner {
  return { ...corner, x: width - 1 - corner.x, angle: (540 - corner.angle) % 360 };
}
