/** The editor of scenarios: of one that is stored, or of a new one. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { scenarioQuery } from '../../api/queries.ts';
import { useSession } from '../../session/session-context.ts';
import { Loaded } from '../../shell/loaded.tsx';
import { ScenarioEditor } from './scenario-editor.tsx';

export default function Editor() {
  const { api } = useSession();
  const { scenarioId } = useParams();
  const stored = useQuery({ ...scenarioQuery(api, scenarioId ?? ''), enabled: scenarioId !== undefined });
  if (scenarioId === undefined) return <ScenarioEditor stored={null} />;
  return <Loaded query={stored}>{(told) => <ScenarioEditor key={told.id} stored={told} />}</Loaded>;
}
