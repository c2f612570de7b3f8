/** Files that Vite serves to browser tests. */
declare module "*?url" {
  const url: string;
  export default url;
}
