/** Which part of the run is shown: also for those who cannot brush a chart. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect, useState } from 'react';
import type { RunResource } from '../../../../core/api/runs.ts';
import { formatSecond } from '../../../../core/duration.ts';
import type { StatisticsSummary } from '../../../../core/report/report.ts';
import { useTimeRange } from '../../charts/time-range.tsx';
import { formatAmount, formatMs, formatShare } from '../../format/numbers.ts';
import { lastSecondOf } from './last-second.ts';
import { parseSecond } from './parse-second.ts';

interface RangeBarProps {
  run: RunResource;
  total: StatisticsSummary | null;
  children: ReactNode;
}

export function RangeBar({ run, total, children }: RangeBarProps) {
  const { range, setRange } = useTimeRange();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  useEffect(() => {
    setFrom(range === null ? '' : formatSecond(range.from));
    setTo(range === null ? '' : formatSecond(range.to));
  }, [range]);
  const apply = () => {
    const begin = from === '' ? 0 : parseSecond(from);
    const end = to === '' ? lastSecondOf(run) : parseSecond(to);
    if (begin !== null && end !== null && end > begin) setRange({ from: begin, to: end });
  };
  return (
    <Container>
      <SpaceBetween direction="horizontal" size="m" alignItems="end">
        <FormField label="Requests">{children}</FormField>
        <SecondField label="From" placeholder="00:00" value={from} onChange={setFrom} onBlur={apply} />
        <SecondField label="To" placeholder="end" value={to} onChange={setTo} onBlur={apply} />
        <Button disabled={range === null} onClick={() => setRange(null)}>
          Show all
        </Button>
        {total !== null && (
          <Box color="text-body-secondary">
            {`${formatAmount(total.requests, 'request')}, ${formatShare(total.failures, total.requests)} failed, p95 ${formatMs(total.responseTimeMs.p95)}`}
            {range === null ? ' in all' : ` from ${formatSecond(range.from)} to ${formatSecond(range.to)}`}
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

interface SecondFieldProps {
  label: string;
  placeholder: string;
  value: string;
  onChange(value: string): void;
  onBlur(): void;
}

/** Empty, or a time since go. */
function SecondField({ label, onBlur, onChange, placeholder, value }: SecondFieldProps) {
  return (
    <FormField label={label}>
      <Input
        value={value}
        placeholder={placeholder}
        invalid={value !== '' && parseSecond(value) === null}
        onChange={({ detail }) => onChange(detail.value)}
        onBlur={onBlur}
      />
    </FormField>
  );
}
