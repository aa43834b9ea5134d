/** Signs in with a code that is typed in on any other device (RFC 8628). */
import { setTimeout as sleep } from 'node:timers/promises';
import { failed, type Issuer } from './issuer.ts';
import { type DeviceAnswer, requestDeviceCode, requestTokens, type TokenAnswer } from './token-endpoint.ts';

const SLOWER_SECONDS = 5;

export interface DeviceSignIn {
  issuer: Issuer;
  clientId: string;
  scope: string;
  /** Is told what people have to do. */
  onCode(code: DeviceAnswer): void;
  /** Waits; replaced in tests. */
  wait?: (ms: number) => Promise<unknown>;
}

/** Throws `sign_in_failed`. */
export async function signInByDevice(options: DeviceSignIn): Promise<TokenAnswer> {
  const { issuer, clientId, scope, onCode, wait = sleep } = options;
  const device = await requestDeviceCode(issuer, { client_id: clientId, scope });
  onCode(device);
  const endsAtMs = performance.now() + device.expires_in * 1000;
  for (let intervalSeconds = device.interval; performance.now() < endsAtMs; ) {
    await wait(intervalSeconds * 1000);
    const answer = await requestTokens(issuer, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: device.device_code,
      client_id: clientId,
    });
    if (!('error' in answer)) return answer;
    if (answer.error === 'slow_down') intervalSeconds += SLOWER_SECONDS;
    else if (answer.error !== 'authorization_pending') throw failed(answer.error_description ?? answer.error);
  }
  throw failed('the code is over');
}
