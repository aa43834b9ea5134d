/** A request and its response, as they went over the wire. */
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import type { TrialBody, TrialExchange } from '../../../../../core/api/trials.ts';
import { formatBytes, formatMs } from '../../../format/numbers.ts';
import './try.css';

export function ExchangeView({ exchange, name }: { exchange: TrialExchange; name: string }) {
  const { requestBody, requestHead, responseBody, responseHead } = exchange;
  return (
    <>
      <Timings exchange={exchange} />
      <ColumnLayout columns={2}>
        <Message title="Request" of={name} head={requestHead} body={requestBody} none="Nothing was sent." />
        <Message title="Response" of={name} head={responseHead} body={responseBody} none="Nothing came back." />
      </ColumnLayout>
    </>
  );
}

function Timings({ exchange: { timings } }: { exchange: TrialExchange }) {
  const phases = [
    ['DNS', timings.dnsMs],
    ['Connecting', timings.connectMs],
    ['TLS', timings.tlsMs],
    ['First byte', timings.firstByteMs],
    ['Transfer', timings.transferMs],
  ] as const;
  const shown = phases.filter(([, ms]) => ms !== null);
  if (shown.length === 0) return null;
  return (
    <Box variant="small" color="text-body-secondary">
      {shown.map(([phase, ms]) => `${phase} ${formatMs(ms)}`).join(' · ')}
    </Box>
  );
}

interface MessageProps {
  title: string;
  of: string;
  head: string | null;
  body: TrialBody | null;
  none: string;
}

function Message({ title, of, head, body, none }: MessageProps) {
  return (
    <div>
      <Box variant="awsui-key-label">{title}</Box>
      {head === null ? (
        <Box color="text-body-secondary">{none}</Box>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        <section className="exchange" aria-label={`${title} of ${of}`} tabIndex={0}>
          <pre className="head">{head}</pre>
          {body !== null && body.text !== null && <pre>{body.text}</pre>}
        </section>
      )}
      {body !== null && <BodyRemark body={body} />}
    </div>
  );
}

/** What the text alone does not say. */
function BodyRemark({ body: { isCut, problem, sizeBytes, text } }: { body: TrialBody }) {
  if (text !== null && !isCut) return null;
  const size = formatBytes(sizeBytes);
  const remark = text === null ? (problem ?? 'The body is no text') : 'This is its beginning';
  return <Box variant="small" color="text-body-secondary">{`${remark}; it has ${size}.`}</Box>;
}
