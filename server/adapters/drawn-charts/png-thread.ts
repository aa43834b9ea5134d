/** A thread that makes one PNG of one SVG, and ends. It takes up to a second of CPU, in which nobody else should have to wait. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const fileOf = (specifier: string): Promise<Uint8Array<ArrayBuffer>> =>
  readFile(fileURLToPath(import.meta.resolve(specifier)));

await initWasm(fileOf('@resvg/resvg-wasm/index_bg.wasm'));
// The machine may have no fonts at all.
const font = await fileOf('@fontsource/inter/files/inter-latin-400-normal.woff2');
const picture = new Resvg(String(workerData), { font: { fontBuffers: [font], defaultFontFamily: 'Inter' } });
parentPort?.postMessage(picture.render().asPng());
