import { alpha, createTheme, type ThemeOptions } from '@mui/material/styles';

const SANS = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';
export const MONO = '"JetBrains Mono Variable", ui-monospace, "SF Mono", Menlo, monospace';

const LIGHT = {
  primary: { main: '#2456d6', contrastText: '#ffffff' },
  error: { main: '#b42318' },
  warning: { main: '#9a5b00' },
  success: { main: '#0b7a4b' },
  info: { main: '#2456d6' },
  background: { default: '#fafaf9', paper: '#ffffff' },
  text: { primary: '#1b1b1f', secondary: '#63646c', disabled: '#9a9ba3' },
  divider: '#e6e5e2',
};

const DARK = {
  primary: { main: '#86a8ff', contrastText: '#10131a' },
  error: { main: '#ff8a7d' },
  warning: { main: '#f0b357' },
  success: { main: '#5fd0a0' },
  info: { main: '#86a8ff' },
  background: { default: '#101114', paper: '#17181c' },
  text: { primary: '#ececf0', secondary: '#a0a2ab', disabled: '#6c6e77' },
  divider: '#2b2d33',
};

const components: ThemeOptions['components'] = {
  MuiCssBaseline: {
    styleOverrides: {
      // without contextual alternates, which turn the x of a model's name such as 20x50 into a multiplication sign
      body: { fontVariantNumeric: 'tabular-nums', fontFeatureSettings: '"cv05", "ss03", "calt" 0' },
      'a, button, input, [tabindex]': { scrollMargin: 80 },
      ':focus-visible': { outline: '2px solid var(--mui-palette-primary-main)', outlineOffset: 2 },
    },
  },
  MuiButtonBase: { defaultProps: { disableRipple: true } },
  MuiButton: {
    defaultProps: { disableElevation: true, size: 'small' },
    styleOverrides: {
      root: { textTransform: 'none', fontWeight: 500, borderRadius: 8, minHeight: 32, paddingInline: 12 },
      outlined: ({ ownerState }) =>
        ownerState.color === 'error'
          ? {}
          : { borderColor: 'var(--mui-palette-divider)', color: 'var(--mui-palette-text-primary)' },
    },
  },
  MuiIconButton: { defaultProps: { size: 'small' }, styleOverrides: { root: { borderRadius: 8 } } },
  MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' } } },
  MuiMenu: {
    styleOverrides: {
      paper: {
        border: '1px solid var(--mui-palette-divider)',
        boxShadow: `0 8px 24px ${alpha('#000000', 0.12)}`,
        marginTop: 4,
      },
    },
  },
  MuiMenuItem: { styleOverrides: { root: { fontSize: '0.875rem', minHeight: 32 } } },
  MuiDialog: {
    styleOverrides: { paper: { border: '1px solid var(--mui-palette-divider)', borderRadius: 12 } },
  },
  MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
  MuiSelect: { defaultProps: { size: 'small' } },
  MuiInputBase: { styleOverrides: { root: { fontSize: '0.875rem' } } },
  MuiOutlinedInput: {
    styleOverrides: { notchedOutline: { borderColor: 'var(--mui-palette-divider)' } },
  },
  MuiFormHelperText: { styleOverrides: { root: { marginInline: 0 } } },
  MuiTooltip: { defaultProps: { enterDelay: 300 } },
  MuiTab: { styleOverrides: { root: { textTransform: 'none', minHeight: 40, fontWeight: 500 } } },
  MuiTabs: { styleOverrides: { root: { minHeight: 40 } } },
  MuiLink: { defaultProps: { underline: 'hover' } },
  MuiChip: { styleOverrides: { root: { borderRadius: 6, height: 22, fontSize: '0.75rem' } } },
  MuiAlert: { styleOverrides: { root: { border: '1px solid var(--mui-palette-divider)' } } },
};

/** Light and dark, on a grid of 4 px: hairlines instead of shadows, one accent, figures of equal width. */
export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-color-scheme' },
  colorSchemes: { light: { palette: LIGHT }, dark: { palette: DARK } },
  spacing: 4,
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: SANS,
    fontSize: 14,
    htmlFontSize: 16,
    body1: { fontSize: '0.875rem', lineHeight: 1.5 },
    body2: { fontSize: '0.8125rem', lineHeight: 1.5 },
    caption: { fontSize: '0.75rem', lineHeight: 1.4 },
    h1: { fontSize: '1.25rem', fontWeight: 600, letterSpacing: '-0.01em', lineHeight: 1.3 },
    h2: { fontSize: '0.9375rem', fontWeight: 600, lineHeight: 1.4 },
    h3: { fontSize: '0.8125rem', fontWeight: 600, lineHeight: 1.4 },
    button: { fontSize: '0.8125rem' },
  },
  components,
});
