/** How much of a region's room its tasks take. */
import ProgressBar from '@cloudscape-design/components/progress-bar';
import type { RegionPage } from '../../../../core/api/system.ts';

interface RoomInUseProps {
  region: RegionPage['items'][number];
  /** Stands above it; without it something else says which region it is. */
  label?: string;
}

export function RoomInUse({ label, region: { name, problem, tasksMax, tasksRunning } }: RoomInUseProps) {
  const share = tasksMax === 0 ? 0 : (tasksRunning / tasksMax) * 100;
  return (
    <ProgressBar
      {...(label === undefined ? { ariaLabel: `Tasks running in ${name}` } : { label })}
      value={problem === null ? share : 0}
      additionalInfo={problem === null ? `${tasksRunning} of ${tasksMax} tasks run` : `not known, of ${tasksMax} tasks`}
    />
  );
}
