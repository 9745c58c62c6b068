import { useState, type FormEvent } from 'react';
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { ApiError } from '../api/api-error.js';

interface Submission {
  /** What is wrong with the whole, beside what stands at the fields. */
  readonly error: Error | null;
  readonly submit: (event: FormEvent) => void;
}

/** Sends a form; what the API finds wrong with a field is shown at that field. */
export function useSubmit<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  send: (values: Values) => Promise<void>,
): Submission {
  const [error, setError] = useState<Error | null>(null);
  const submit = form.handleSubmit(async (values) => {
    setError(null);
    try {
      await send(values);
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
      const placed = failure instanceof ApiError ? placeFaults(form, failure) : 0;
      const isTold = failure instanceof ApiError && placed > 0 && placed === failure.faults.length;
      setError(isTold ? null : failure);
    }
  });
  return {
    error,
    submit: (event) => {
      // what the API found wrong the last time, in a list as a whole, no field of its own would ever clear
      form.clearErrors();
      void submit(event);
    },
  };
}

/** How many of the faults have a field of their own. */
function placeFaults<Values extends FieldValues>(form: UseFormReturn<Values>, error: ApiError): number {
  const fields = new Set(Object.keys(form.getValues()));
  let placed = 0;
  for (const [field, message] of error.byField) {
    // limits are one field of the API and several of a form, lists the other way round
    const steps = field.split('.');
    const name = [field, steps[0], steps.at(-1)].find((known) => known !== undefined && fields.has(known));
    if (name === undefined) continue;
    // a field of the form by the test above
    form.setError(name as Path<Values>, { message });
    placed++;
  }
  return placed;
}
