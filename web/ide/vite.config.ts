import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.BATON_URL ?? "http://127.0.0.1:8080";

// Nothing is inlined: the server's Content-Security-Policy takes scripts, styles and fonts from itself alone.
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 900 },
  server: { port: 5173, proxy: { "/api": { target: server, ws: true } } },
});
