/**
 * The console's one table: search, sorting, pages, choice of columns, CSV. What is searched and sorted stands in the address, so that a
 * view can be sent to somebody.
 */
import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { ReactNode } from 'react';
import { saveFile, toCsv } from '../format/csv.ts';
import { useParameters } from '../shell/use-parameters.ts';
import { useScrollHint } from './use-scroll-hint.ts';

export interface Column<Row> {
  id: string;
  header: string;
  /** What a cell shows. */
  cell(row: Row): ReactNode;
  /** What it is for sorting, searching and CSV; null: nothing. Left out where there is only something to click. */
  value?(row: Row): string | number | null;
  /** Text that may take several lines; everything else stays on one. */
  isLong?: boolean;
}

export interface DataTableProps<Row> {
  /** Names its state in the address, and its CSV file. */
  id: string;
  title: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId(row: Row): string;
  isLoading?: boolean;
  /** What stands there when there is no row at all. */
  empty: ReactNode;
  actions?: ReactNode;
  /** More filters, beside the search. */
  filters?: ReactNode;
  isSearchable?: boolean;
  pageSize?: number;
  variant?: TableProps.Variant;
  selection?: { rows: readonly Row[]; onChange(rows: Row[]): void; type?: 'single' | 'multi' };
  /** Column that it is sorted by at first; `-id` for descending. */
  sort?: string;
  description?: ReactNode;
  /** The first column stays in view while the others are scrolled. */
  isFirstFixed?: boolean;
}

const PAGE_SIZE = 25;
/** Of a column with long text: less is a column of single words. */
const LONG_PIXELS_MIN = 180;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, title, columns, rows, rowId, empty, selection } = props;
  const parameters = useParameters();
  const around = useScrollHint();
  const sortKey = `${id}-sort`;
  const searchKey = `${id}-search`;
  const sort = parameters.get(sortKey) ?? props.sort ?? null;
  const search = parameters.get(searchKey) ?? '';
  const definitions = columns.map((column) => definitionOf(column));
  const sorted = sort === null ? undefined : definitions.find(({ id: of }) => of === sort.replace(/^-/, ''));
  const { items, collectionProps, paginationProps } = useCollection<Row>(
    rows.filter((row) => matches(row, columns, search)),
    {
      pagination: { pageSize: props.pageSize ?? PAGE_SIZE },
      sorting:
        sorted === undefined
          ? {}
          : {
              defaultState: { sortingColumn: sorted, isDescending: sort?.startsWith('-') ?? false },
            },
    },
  );
  const exportCsv = () => saveFile(`${id}.csv`, csvOf(columns, rows));
  return (
    <div ref={around}>
      <Table<Row>
        {...collectionProps}
        variant={props.variant ?? 'container'}
        items={items}
        trackBy={rowId}
        columnDefinitions={definitions}
        loading={props.isLoading ?? false}
        loadingText="Loading"
        wrapLines
        {...(props.isFirstFixed === true && { stickyColumns: { first: 1 } })}
        onSortingChange={(event) => {
          collectionProps.onSortingChange?.(event);
          const { isDescending, sortingColumn } = event.detail;
          const column = definitions.find(
            (definition) => definition === sortingColumn || definition.sortingField === sortingColumn.sortingField,
          );
          parameters.set({ [sortKey]: column === undefined ? null : `${isDescending ? '-' : ''}${column.id}` });
        }}
        {...(selection && {
          selectionType: selection.type ?? 'multi',
          selectedItems: [...selection.rows],
          onSelectionChange: ({ detail }) => selection.onChange(detail.selectedItems),
          ariaLabels: {
            selectionGroupLabel: title,
            allItemsSelectionLabel: () => 'Select all',
            itemSelectionLabel: (_of: unknown, row: Row) => String(columns[0]?.value?.(row) ?? rowId(row)),
          },
        })}
        header={
          <Header
            variant="h2"
            counter={props.isLoading === true ? '' : `(${rows.length})`}
            description={props.description}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                {props.actions}
                <Button
                  iconName="download"
                  ariaLabel={`Save ${title} as CSV`}
                  disabled={rows.length === 0}
                  onClick={exportCsv}
                >
                  CSV
                </Button>
              </SpaceBetween>
            }
          >
            {title}
          </Header>
        }
        filter={
          props.isSearchable === true || props.filters !== undefined ? (
            <SpaceBetween direction="horizontal" size="xs">
              {props.isSearchable === true && (
                <TextFilter
                  filteringText={search}
                  filteringPlaceholder="Search"
                  filteringAriaLabel={`Search ${title}`}
                  countText={search === '' ? '' : `${items.length} found`}
                  onChange={({ detail }) => parameters.set({ [searchKey]: detail.filteringText })}
                />
              )}
              {props.filters}
            </SpaceBetween>
          ) : undefined
        }
        pagination={rows.length > (props.pageSize ?? PAGE_SIZE) ? <Pagination {...paginationProps} /> : undefined}
        empty={
          <Box textAlign="center" padding="l">
            {search === '' ? empty : 'Nothing matches the search.'}
          </Box>
        }
      />
    </div>
  );
}

function definitionOf<Row>({
  cell,
  header,
  id,
  isLong = false,
  value,
}: Column<Row>): TableProps.ColumnDefinition<Row> & { id: string } {
  return {
    id,
    header,
    cell: isLong ? cell : (row) => <div className="one-line">{cell(row)}</div>,
    ...(isLong && { minWidth: LONG_PIXELS_MIN }),
    ...(value !== undefined && { sortingComparator: (one, other) => compare(value(one), value(other)) }),
  };
}

function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const told = columns.flatMap(({ header, value }) => (value === undefined ? [] : [{ header, value }]));
  return toCsv([told.map(({ header }) => header), ...rows.map((row) => told.map(({ value }) => value(row)))]);
}

function compare(one: string | number | null, other: string | number | null): number {
  if (one === null || other === null) return one === other ? 0 : one === null ? -1 : 1;
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other), 'en', { numeric: true });
}

function matches<Row>(row: Row, columns: readonly Column<Row>[], search: string): boolean {
  if (search === '') return true;
  const wanted = search.toLowerCase();
  return columns.some((column) =>
    String(column.value?.(row) ?? '')
      .toLowerCase()
      .includes(wanted),
  );
}
