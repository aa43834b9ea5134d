/** The program of a worker thread: the native engine on the thread's own part of its task's shard. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from './messages.ts';

// As the task's main program does, and for the same reason.
enableCompileCache(join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'loadstar'));
const { runThread } = await import('./run-thread.ts');

if (parentPort === null) throw new Error('this program only runs as a thread of a task');
runThread(parentPort, workerData as ThreadData);
