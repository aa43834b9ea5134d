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

export interface Column<Row> {
  id: string;
  header: string;
  /** What a cell shows. */
  cell(row: Row): ReactNode;
  /** What it is for sorting, searching and CSV; null: nothing. */
  value(row: Row): string | number | null;
  width?: number;
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
}

const PAGE_SIZE = 25;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { id, title, columns, rows, rowId, empty, selection } = props;
  const parameters = useParameters();
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
  const exportCsv = () =>
    saveFile(
      `${id}.csv`,
      toCsv([columns.map(({ header }) => header), ...rows.map((row) => columns.map((column) => column.value(row)))]),
    );
  return (
    <Table<Row>
      {...collectionProps}
      variant={props.variant ?? 'container'}
      items={items}
      trackBy={rowId}
      columnDefinitions={definitions}
      loading={props.isLoading ?? false}
      loadingText="Loading"
      wrapLines={false}
      resizableColumns
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
          itemSelectionLabel: (_of: unknown, row: Row) => rowId(row),
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
  );
}

function definitionOf<Row>(column: Column<Row>): TableProps.ColumnDefinition<Row> & { id: string } {
  return {
    id: column.id,
    header: column.header,
    cell: column.cell,
    sortingComparator: (one, other) => compare(column.value(one), column.value(other)),
    ...(column.width === undefined ? {} : { width: column.width }),
  };
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
    String(column.value(row) ?? '')
      .toLowerCase()
      .includes(wanted),
  );
}
