import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Project } from '@tollgate/wire';
import { useNotify } from 'react-admin';
import { useForm } from 'react-hook-form';
import { callOperation } from '../api/call-operation.js';
import { FormDialog } from '../forms/form-dialog.js';
import { FormField } from '../forms/form-field.js';
import { useSubmit } from '../forms/use-submit.js';
import { useText } from '../i18n/use-text.js';
import { type LimitFields, limitFieldsOf, limitsOf, NO_LIMITS } from '../limits/limit-draft.js';
import { LadderInputs } from '../limits/ladder-inputs.js';
import { LimitInputs } from '../limits/limit-inputs.js';
import { useScope } from '../url/scope.js';

interface ProjectFields extends LimitFields {
  readonly name: string;
  readonly costCentre: string;
}

const EMPTY: ProjectFields = { name: '', costCentre: '', ...NO_LIMITS };

interface ProjectDialogProps {
  /** The one that is changed; null makes a new one. */
  readonly project: Project | null;
  readonly onClose: () => void;
}

export function ProjectDialog({ project, onClose }: ProjectDialogProps) {
  const text = useText();
  const notify = useNotify();
  const queryClient = useQueryClient();
  const { organization } = useScope();
  const form = useForm<ProjectFields>({
    defaultValues:
      project === null
        ? EMPTY
        : { name: project.name, costCentre: project.costCentre ?? '', ...limitFieldsOf(project) },
  });
  const { error, submit } = useSubmit(form, async ({ name, costCentre, ...limits }) => {
    const body = { name, costCentre: costCentre === '' ? null : costCentre, ...limitsOf(limits) };
    if (project === null) {
      await callOperation('createProject', { params: { organizationId: organization.id }, body });
    } else {
      await callOperation('updateProject', { params: { projectId: project.id }, body }, { ifMatch: project.version });
    }
    await queryClient.invalidateQueries();
    notify(text(project === null ? 'projects.created' : 'projects.saved', { name }), { type: 'success' });
    onClose();
  });
  return (
    <FormDialog
      title={project === null ? text('projects.createTitle') : text('projects.editTitle', { name: project.name })}
      action={text(project === null ? 'projects.create' : 'page.save')}
      error={error}
      isSubmitting={form.formState.isSubmitting}
      submit={submit}
      onClose={onClose}
    >
      <FormField
        form={form}
        name="name"
        label={text('projects.name')}
        autoFocus
        rules={{ required: text('setUp.required') }}
      />
      <FormField form={form} name="costCentre" label={text('projects.costCentre')} hint={text('projects.costHint')} />
      <Box sx={{ display: 'grid', gap: 4, gridTemplateColumns: { sm: '1fr 1fr' } }}>
        <LimitInputs form={form} />
        <LadderInputs form={form} />
      </Box>
    </FormDialog>
  );
}
