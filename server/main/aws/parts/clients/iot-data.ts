import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { readEnvironment } from '../../../../adapters/aws/layout/environment.ts';
import { mainRegion } from '../main-region.ts';
import { once } from '../once.ts';
import { traced } from '../tracing.ts';

/** Of the main region's IoT Core, whichever region this Lambda is in. */
export const iotDataClient = once(() => {
  // The SDK would take this variable by itself, were no endpoint given.
  const elsewhere = process.env.AWS_ENDPOINT_URL_IOT_DATA_PLANE;
  const endpoint = elsewhere ?? `https://${readEnvironment(['iotHost']).iotHost}`;
  return traced(new IoTDataPlaneClient({ region: mainRegion(), endpoint }));
});
