/** Builds the console: static files below console/dist, which the control plane, or any web server, gives out. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { documents } from './documents/documents-plugin.ts';

/** Where `npm run console:dev` finds a control plane. */
const controlPlane = process.env.LOADSTAR_URL ?? 'http://127.0.0.1:8080';
const forwarded = ['/api', '/oidc', '/sign-in', '/config.json', '/mqtt'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [documents(), react()],
  build: {
    target: 'es2022',
    // What is larger is asked for lazily; a test in the browser holds the first load to its limit.
    chunkSizeWarningLimit: 1_200,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(forwarded.map((path) => [path, { target: controlPlane, ws: path === '/mqtt' }])),
  },
});
