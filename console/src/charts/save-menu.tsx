/** What a chart can be saved as. */
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { saveFile } from '../format/csv.ts';

interface SaveMenuProps {
  title: string;
  csv(): string;
  image(): Promise<Blob | null>;
}

export function SaveMenu({ title, csv, image }: SaveMenuProps) {
  const save = async (kind: string) => {
    if (kind === 'csv') return saveFile(`${title}.csv`, csv());
    const picture = await image();
    if (picture !== null) saveFile(`${title}.png`, picture);
  };
  return (
    <ButtonDropdown
      variant="icon"
      ariaLabel={`Save ${title}`}
      expandToViewport
      items={[
        { id: 'png', text: 'Save as PNG' },
        { id: 'csv', text: 'Save as CSV' },
      ]}
      onItemClick={({ detail }) => void save(detail.id)}
    />
  );
}
