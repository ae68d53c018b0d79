/** Made by the build; see `siteRegistry` in vite.config.ts. */
declare module "virtual:registry" {
  const entries: unknown;
  export default entries;
}
