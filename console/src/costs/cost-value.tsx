/** What a run costs, in one number; who asks gets the items and what they rest on. */
import Box from '@cloudscape-design/components/box';
import Popover from '@cloudscape-design/components/popover';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { RunCost } from '../../../core/api/cost.ts';
import { formatUsd } from '../../../core/cost/format-usd.ts';
import { formatNumber } from '../format/numbers.ts';

export function CostValue({ cost }: { cost: RunCost }) {
  const items = cost.items.toSorted((a, b) => b.usd - a.usd);
  return (
    <Popover
      header="What it is made of"
      size="large"
      content={
        <SpaceBetween size="xs">
          <table>
            <tbody>
              {items.map(({ what, quantity, unit, usd }) => (
                <tr key={what}>
                  <td>{what}</td>
                  <td>{`${formatNumber(quantity)} ${unit}`}</td>
                  <td>{formatUsd(usd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {['Reckoned from list prices and assumptions: no bill.', ...cost.remarks].map((remark) => (
            <Box key={remark} variant="small">
              {remark}
            </Box>
          ))}
        </SpaceBetween>
      }
    >
      {`about ${formatUsd(cost.usd)}`}
    </Popover>
  );
}
