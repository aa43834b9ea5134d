import { describe, expect, it } from 'vitest';
import { runFolderPaths } from '../../../../core/run-folder/run-folder.ts';
import { runFolderPrefix } from '../../../run-folder/run-folder.ts';
import { readLandedResult } from './landed-result.ts';

function created(key: unknown) {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-01-31T23:59:58Z',
    region: 'eu-west-1',
    resources: ['arn:aws:s3:::loadstar'],
    detail: {
      version: '0',
      bucket: { name: 'loadstar' },
      object: { key, size: 2_048, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '00617F08299329D189' },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '192.0.2.1',
      reason: 'PutObject',
    },
  };
}

describe('an event of a new object', () => {
  it('names the task whose result has landed', () => {
    const id = { region: 'eu-west-1', task: 12 };
    expect(readLandedResult(created(runFolderPrefix('run-1') + runFolderPaths.xml(id)))).toEqual({
      runId: 'run-1',
      id,
      landedAtMs: Date.UTC(2026, 0, 31, 23, 59, 58),
    });
  });

  it.each([
    'runs/run-1/results/eu-west-1/12.done.json',
    'runs/run-1/results/eu-west-1/12.xml/more',
    'runs/run-1/results/eu-west-1/012.xml',
    'runs/run-1/results/eu-west-1/1234567.xml',
    'runs/run-1/results/eu-west-1/-1.xml',
    'runs/run-1/results/../12.xml',
    'runs/run-1/artifacts/eu-west-1/12.xml',
    'runs/run-1/artifacts/results/eu-west-1/12.xml',
    'other/runs/run-1/results/eu-west-1/12.xml',
    '',
    7,
  ])('is ignored for the key %s', (key) => {
    expect(readLandedResult(created(key))).toBeNull();
  });

  it.each([null, 'text', {}, { detail: {} }, { ...created('runs/r/results/a/0.xml'), time: 'noon' }])(
    'is ignored when it is none: %j',
    (event) => expect(readLandedResult(event)).toBeNull(),
  );
});
