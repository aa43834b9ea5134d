/** The frame of a screen: title, what can be done, breadcrumbs, content. */
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect } from 'react';
import { useNavigate } from 'react-router';

export interface ScreenProps {
  title: string;
  /** Screens above this one. */
  above?: readonly { text: string; href: string }[];
  /** What the breadcrumbs call it, where its title says too little. */
  crumb?: string;
  description?: ReactNode;
  info?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function Screen({ title, above = [], crumb = title, description, info, actions, children }: ScreenProps) {
  const navigate = useNavigate();
  useEffect(() => {
    document.title = `${title} – Loadstar`;
  }, [title]);
  return (
    <ContentLayout
      breadcrumbs={
        above.length === 0 ? undefined : (
          <BreadcrumbGroup
            ariaLabel="Breadcrumbs"
            items={[...above, { text: crumb, href: '' }]}
            onFollow={(event) => {
              event.preventDefault();
              if (event.detail.href !== '') navigate(event.detail.href);
            }}
          />
        )
      }
      header={
        <Header variant="h1" description={description} info={info} actions={actions}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">{children}</SpaceBetween>
    </ContentLayout>
  );
}
