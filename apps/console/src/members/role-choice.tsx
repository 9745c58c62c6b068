import { Box, FormControl, FormControlLabel, FormLabel, Radio, RadioGroup } from '@mui/material';
import { ROLES, type Role } from '@tollgate/wire';
import { useText } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';

interface RoleChoiceProps {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** The roles that one may give, each with what it is for. */
export function RoleChoice({ value, onChange }: RoleChoiceProps) {
  const text = useText();
  const { mayGive } = useMe();
  return (
    <FormControl>
      <FormLabel id="role-choice" sx={{ fontSize: '0.8125rem', mb: 1 }}>
        {text('members.role')}
      </FormLabel>
      <RadioGroup
        aria-labelledby="role-choice"
        value={value}
        onChange={({ target }) => onChange(ROLES.find((role) => role === target.value) ?? value)}
        sx={{ gap: 2 }}
      >
        {ROLES.filter(mayGive).map((role) => (
          <FormControlLabel
            key={role}
            value={role}
            control={<Radio size="small" sx={{ py: 0 }} />}
            sx={{ alignItems: 'flex-start', mr: 0 }}
            label={
              <>
                <Box component="span" sx={{ fontWeight: 500 }}>
                  {text(`roles.${role}`)}
                </Box>
                <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>{text(`roles.${role}Hint`)}</Box>
              </>
            }
          />
        ))}
      </RadioGroup>
    </FormControl>
  );
}
