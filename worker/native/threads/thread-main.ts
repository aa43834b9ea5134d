/** The program of a worker thread: the native engine on the thread's own part of its task's shard. */
import { enableCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { compileCacheFolder } from '../../compile-cache.ts';
import type { ThreadData } from './messages.ts';

// As the task's main program does, and for the same reason.
enableCompileCache(compileCacheFolder);
const { runThread } = await import('./run-thread.ts');

if (parentPort === null) throw new Error('this program only runs as a thread of a task');
runThread(parentPort, workerData as ThreadData);
