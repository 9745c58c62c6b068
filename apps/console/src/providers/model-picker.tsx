import { MAX_PAGE_SIZE } from '@tollgate/wire';
import { Controller, type UseFormReturn } from 'react-hook-form';
import { useList } from '../api/use-list.js';
import { useText } from '../i18n/use-text.js';
import { ModelNamesInput } from '../models/model-names-input.js';
import { useScope } from '../url/scope.js';
import type { DeploymentFields } from './deployment-fields.js';

interface ModelPickerProps {
  readonly form: UseFormReturn<DeploymentFields>;
  readonly provider: string;
}

/** Models of the catalogue with their prices; any other name of the provider can be typed. */
export function ModelPicker({ form, provider }: ModelPickerProps) {
  const text = useText();
  const { organization } = useScope();
  const { rows = [], isPending } = useList('models', {
    filter: { provider, deprecated: 'false', organizationId: organization.id },
    perPage: MAX_PAGE_SIZE,
  });
  const byName = new Map(rows.map((model) => [model.name, model]));
  const hint = rows.length > 0 || isPending ? 'providers.modelsHint' : 'providers.modelsTyped';
  return (
    <Controller
      control={form.control}
      name="upstreamModel"
      rules={{ validate: (names) => names.length > 0 || text('providers.modelsMissing') }}
      render={(controlled) => (
        <ModelNamesInput
          {...controlled}
          models={byName}
          isPending={isPending}
          label={text('providers.models')}
          hint={text(hint)}
          remark={({ deployedAs }) => (deployedAs.length > 0 ? text('providers.alreadyDeployed') : null)}
        />
      )}
    />
  );
}
