/** The steps of a flow: added, put in order by mouse and keyboard, duplicated, removed, and each opened to be edited. */
import './step-list.css';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import List from '@cloudscape-design/components/list';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useRef, useState } from 'react';
import type { Path } from '../../../../../core/input/problems.ts';
import { formatAmount } from '../../../format/numbers.ts';
import { duplicateItem, moveItem, remove } from '../document/nodes.ts';
import { addRequest, type Step } from '../document/requests.ts';
import { problemsBelow, useForm } from './form-context.ts';
import { RequestFields } from './request-fields.tsx';

/** More are shown when they are asked for. */
const SHOWN_MAX = 100;

interface Item {
  /** The same for a step wherever it is moved to. */
  id: number;
  index: number;
  step: Step;
}

let nextId = 0;

/** Names for the steps of a list, which have none of their own. */
function useIds(length: number) {
  const ids = useRef<number[]>([]);
  while (ids.current.length < length) ids.current.push(nextId++);
  ids.current.length = length;
  return ids.current;
}

/** Steps that are open, and what is done with them; a step that is moved stays open. */
function useSteps(flow: Path, count: number) {
  const form = useForm();
  const path = [...flow, 'requests'];
  const ids = useIds(count);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [added, setAdded] = useState<number | null>(null);
  const move = (from: number, to: number) => {
    if (from === to || to < 0 || to >= count) return;
    ids.splice(to, 0, ...ids.splice(from, 1));
    form.edit(path, (document) => moveItem(document, path, from, to));
  };
  return {
    ids,
    open,
    /** Open because it was just added. */
    added,
    move,
    toggle: (id: number) => {
      const changed = new Set(open);
      if (!changed.delete(id)) changed.add(id);
      setOpen(changed);
      setAdded(null);
    },
    add: () => {
      const id = nextId++;
      ids.push(id);
      setOpen(new Set([...open, id]));
      setAdded(id);
      form.edit(path, (document) => addRequest(document, flow));
    },
    act: (deed: string, { id, index }: Item) => {
      if (deed === 'up') move(index, index - 1);
      if (deed === 'down') move(index, index + 1);
      if (deed === 'yaml') form.showInYaml([...path, index]);
      if (deed === 'duplicate') {
        ids.splice(index + 1, 0, nextId++);
        form.edit(path, (document) => duplicateItem(document, path, index));
      }
      if (deed === 'remove') {
        ids.splice(index, 1);
        setOpen(new Set([...open].filter((other) => other !== id)));
        form.edit(path, (document) => remove(document, [...path, index]));
      }
    },
  };
}

export function StepList({ flow, steps }: { flow: Path; steps: readonly Step[] }) {
  const form = useForm();
  const path = [...flow, 'requests'];
  const { act, add, added, ids, move, open, toggle } = useSteps(flow, steps.length);
  const [shownMax, setShownMax] = useState(SHOWN_MAX);
  const items = steps.slice(0, shownMax).map((step, index): Item => ({ id: ids[index] ?? index, index, step }));
  const addShown = () => {
    setShownMax(Math.max(shownMax, steps.length + 1));
    add();
  };
  return (
    <SpaceBetween size="s">
      {items.length > 0 && (
        <List
          ariaLabel="Steps"
          items={items}
          sortable
          sortDisabled={form.isReadOnly}
          disablePaddings
          onSortingChange={({ detail }) => move(...movedIn(detail.items.map(({ index }) => index)))}
          renderItem={(item) => ({
            id: String(item.id),
            announcementLabel: nameOf(item),
            content: (
              <StepHeading item={item} path={path} isOpen={open.has(item.id)} onToggle={() => toggle(item.id)} />
            ),
            secondaryContent:
              item.step.kind === 'request' && open.has(item.id) ? (
                <Box padding={{ top: 's', bottom: 'm' }}>
                  <RequestFields path={[...path, item.index]} isNew={added === item.id} />
                </Box>
              ) : undefined,
            actions: <StepActions item={item} count={steps.length} onAct={(deed) => act(deed, item)} />,
          })}
        />
      )}
      {steps.length > shownMax && (
        <Button onClick={() => setShownMax(steps.length)}>{`Show ${steps.length - shownMax} more`}</Button>
      )}
      <Button iconName="add-plus" disabled={form.isReadOnly} onClick={addShown}>
        Add request
      </Button>
    </SpaceBetween>
  );
}

const nameOf = ({ index, step }: Item): string =>
  `Step ${index + 1}: ${step.kind === 'request' ? step.label || 'request' : `${step.what} ${step.label}`.trim()}`;

/** Which one of a sorted list was taken from where to where. */
function movedIn(order: readonly number[]): [from: number, to: number] {
  const first = order.findIndex((index, place) => index !== place);
  const last = order.findLastIndex((index, place) => index !== place);
  if (first === -1) return [0, 0];
  return order[first] === last ? [last, first] : [first, last];
}

interface StepHeadingProps {
  item: Item;
  path: Path;
  isOpen: boolean;
  onToggle(): void;
}

function StepHeading({ isOpen, item, onToggle, path }: StepHeadingProps) {
  const form = useForm();
  const { index, step } = item;
  const at = [...path, index];
  const wrong = problemsBelow(form, at);
  const mark = wrong.length > 0 && <Badge color="red">{formatAmount(wrong.length, 'problem')}</Badge>;
  if (step.kind === 'other') {
    return (
      <div className="step">
        <Badge>{step.what}</Badge>
        <span>{step.label}</span>
        {mark}
        <Button variant="inline-link" onClick={() => form.showInYaml(at)} ariaLabel={`Edit in YAML: ${nameOf(item)}`}>
          Edit in YAML
        </Button>
      </div>
    );
  }
  return (
    <div className="step">
      <Button
        variant="inline-icon"
        iconName={isOpen ? 'angle-down' : 'angle-right'}
        ariaExpanded={isOpen}
        ariaLabel={`Edit ${nameOf(item)}`}
        onClick={onToggle}
      />
      <Badge color="blue">{step.method}</Badge>
      <Button variant="inline-link" ariaExpanded={isOpen} onClick={onToggle}>
        {step.label || '(no url)'}
      </Button>
      {step.label !== step.url && (
        <span className="step-url">
          <Box color="text-body-secondary" display="inline">
            {step.url}
          </Box>
        </span>
      )}
      {mark}
    </div>
  );
}

function StepActions({ count, item, onAct }: { item: Item; count: number; onAct(deed: string): void }) {
  const { isReadOnly } = useForm();
  return (
    <ButtonDropdown
      variant="icon"
      ariaLabel={`Actions for ${nameOf(item)}`}
      expandToViewport
      items={[
        { id: 'up', text: 'Move up', disabled: isReadOnly || item.index === 0 },
        { id: 'down', text: 'Move down', disabled: isReadOnly || item.index === count - 1 },
        { id: 'duplicate', text: 'Duplicate', disabled: isReadOnly },
        { id: 'remove', text: 'Remove', disabled: isReadOnly },
        { id: 'yaml', text: 'Edit in YAML' },
      ]}
      onItemClick={({ detail }) => onAct(detail.id)}
    />
  );
}
