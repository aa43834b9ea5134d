/** Live data on AWS: where browsers get it, and what they may do there. */

/** The query by which IoT Core knows who lets a connection in. */
const AUTHORIZER_QUERY = 'x-amz-customauthorizer-name';

/** For `/config.json`. `iotHost`: of the data endpoint (`...-ats.iot.eu-west-1.amazonaws.com`). */
export function mqttUrlOf(iotHost: string, authorizer: string): string {
  return `wss://${iotHost}/mqtt?${AUTHORIZER_QUERY}=${authorizer}`;
}

/** Of the log group that tasks print to: only windows are told live. Lines are JSON that begins with their type (`core/run-folder/window-line.ts`). */
export const windowLinesPattern = '{ $.type = "window" }';

/** What viewers may subscribe to: all regions of a run. In policies of IoT Core `+` and `#` have no meaning of their own, and `*` stands for any text. */
export const viewerTopicFilters = 'runs/*/live/*';

/** Of the same group: everything but windows. Every window, and no other line, has this word (`core/run-folder/window-line.ts`). */
export const otherLinesPattern = '-"unfinishedRequests"';

/** First part of the names of tasks' log streams. */
export const LOG_STREAM_PREFIX = 'task';

/** `task/<container>/<id of the task>`, as the log driver of ECS calls it. `taskArn`: ends with the id. */
export function logStreamOf(containerName: string, taskArn: string): string {
  return `${LOG_STREAM_PREFIX}/${containerName}/${taskArn.split('/').at(-1)}`;
}
