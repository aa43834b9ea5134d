/** A scenario as a form: every field stands for a place of the document, which keeps all that the form does not show. */

import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { CriteriaSection } from './criteria-section.tsx';
import { DetailsSection } from './details-section.tsx';
import { type Form, FormContext } from './form-context.ts';
import { LoadSection } from './load-section.tsx';
import { RegionsSection } from './regions-section.tsx';
import { RequestsSection } from './requests-section.tsx';

/** `children`: beside the load. */
export function ScenarioForm({ children, form }: { form: Form; children: ReactNode }) {
  return (
    <FormContext value={form}>
      <SpaceBetween size="l">
        <DetailsSection />
        <RequestsSection />
        <LoadSection />
        {children}
        <RegionsSection />
        <CriteriaSection />
      </SpaceBetween>
    </FormContext>
  );
}
