/** Where Node keeps the worker's code as it compiled it. */
import { join } from 'node:path';

export const compileCacheFolder = join(import.meta.dirname, '..', 'node_modules', '.cache', 'loadstar');
