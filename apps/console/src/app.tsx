import { CssBaseline } from '@mui/material';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClient } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { CoreAdminContext, CoreAdminUI, CustomRoutes, memoryStore, Resource } from 'react-admin';
import { BrowserRouter, Route } from 'react-router-dom';
import { ApiError } from './api/api-error.js';
import { createAuthProvider } from './api/auth-provider.js';
import { createDataProvider } from './api/data-provider.js';
import { i18nProvider } from './i18n/i18n-provider.js';
import { Layout } from './layout/layout.js';
import { NoSuchPage } from './page/no-such-page.js';
import { PageSkeleton } from './page/page-skeleton.js';
import { theme } from './theme/theme.js';

const KeyCreate = lazy(() => import('./keys/key-create.js'));
const KeyList = lazy(() => import('./keys/key-list.js'));
const KeyShow = lazy(() => import('./keys/key-show.js'));
const Ledger = lazy(() => import('./ledger/ledger.js'));
const SetUp = lazy(async () => ({ default: (await import('./set-up/set-up.js')).SetUp }));
const SignIn = lazy(async () => ({ default: (await import('./sign-in/sign-in.js')).SignIn }));
const TransactionShow = lazy(() => import('./ledger/transaction-show.js'));
const ModelList = lazy(() => import('./models/model-list.js'));
const ModelShow = lazy(() => import('./models/model-show.js'));
const Overview = lazy(() => import('./overview/overview.js'));
const Playground = lazy(() => import('./playground/playground.js'));
const Providers = lazy(() => import('./providers/providers.js'));
const RequestList = lazy(() => import('./requests/request-list.js'));
const RequestShow = lazy(() => import('./requests/request-show.js'));

// enough for the parts of one page to share an answer, too little for the next page to show an old one
const STALE_MS = 2_000;
const MOST_TRIES = 2;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_MS,
      // what the API refuses once it refuses again; only a gateway that is away may be back
      retry: (failures, error) =>
        failures < MOST_TRIES && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
    },
  },
});
const dataProvider = createDataProvider();
const authProvider = createAuthProvider(queryClient);
// filters, sorting and paging are in the address, so nothing is left to be remembered
const store = memoryStore();

export function App() {
  return (
    <ThemeProvider theme={theme} defaultMode="system">
      <CssBaseline />
      <BrowserRouter>
        <CoreAdminContext
          authProvider={authProvider}
          dataProvider={dataProvider}
          i18nProvider={i18nProvider}
          queryClient={queryClient}
          store={store}
        >
          <CoreAdminUI
            catchAll={NoSuchPage}
            dashboard={Overview}
            disableTelemetry
            layout={Layout}
            loading={PageSkeleton}
            loginPage={Entrance}
            requireAuth
            title="Tollgate"
          >
            <Resource name="requests" list={RequestList} show={RequestShow} />
            <Resource name="keys" list={KeyList} show={KeyShow} create={KeyCreate} />
            <Resource name="models" list={ModelList} show={ModelShow} />
            <Resource name="ledger" list={Ledger} show={TransactionShow} />
            <Resource name="providers" list={Providers} />
            <CustomRoutes>
              <Route path="/playground" element={<Playground />} />
            </CustomRoutes>
            <CustomRoutes noLayout>
              <Route path="/setup" element={<Entrance isSetUp />} />
            </CustomRoutes>
          </CoreAdminUI>
        </CoreAdminContext>
      </BrowserRouter>
    </ThemeProvider>
  );
}

/** Forms that those who are signed in never see: not loaded with every other page. */
function Entrance({ isSetUp = false }: { readonly isSetUp?: boolean }) {
  return <Suspense fallback={null}>{isSetUp ? <SetUp /> : <SignIn />}</Suspense>;
}
