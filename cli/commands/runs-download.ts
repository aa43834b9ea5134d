/** `loadstar runs download` */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { LoadstarError } from '../../core/errors.ts';
import { downloadArtifacts, downloadZip } from '../remote/download-artifacts.ts';
import { formatAmount, formatBytes } from '../terminal/numbers.ts';
import { type CliContext, type ClientOptions, clientCommand, openClient } from './client-command.ts';

interface DownloadOptions extends ClientOptions {
  out?: string;
  zip?: boolean;
}

export function downloadCommand(context: CliContext): Command {
  return clientCommand('download', 'Brings what the tasks of a run left: logs, results, files of their own.')
    .argument('<RUN>', 'id')
    .option('-o, --out <PATH>', 'new folder, by default called after the run; with --zip the name of the file')
    .option('--zip', 'one zip file')
    .action((id: string, options: DownloadOptions) => download(id, options, context));
}

async function download(id: string, options: DownloadOptions, context: CliContext): Promise<void> {
  const { outputs, workingFolder } = context;
  // It becomes a name here.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new LoadstarError('not_found', 'No run has such an id.');
  const client = await openClient(options, context);
  if (options.zip) {
    const file = resolve(workingFolder, options.out ?? `${id}.zip`);
    await downloadZip(client, id, file);
    outputs.results.write(`${file}\n`);
    return;
  }
  const folder = resolve(workingFolder, options.out ?? id);
  const artifacts = await downloadArtifacts(client, id, folder);
  const bytes = artifacts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  outputs.results.write(`${folder}\n`);
  outputs.messages.write(`${formatAmount(artifacts.length, 'file')}, ${formatBytes(bytes)}\n`);
}
