import { CssBaseline } from '@mui/material';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClient } from '@tanstack/react-query';
import { lazy, Suspense, type ComponentType } from 'react';
import { CoreAdminContext, CoreAdminUI, CustomRoutes, memoryStore, Resource } from 'react-admin';
import { BrowserRouter, Navigate, Route } from 'react-router-dom';
import { ApiError } from './api/api-error.js';
import { createAuthProvider } from './api/auth-provider.js';
import { createDataProvider } from './api/data-provider.js';
import { i18nProvider } from './i18n/i18n-provider.js';
import { Layout } from './layout/layout.js';
import { ACCOUNT_PATH } from './layout/scope-gate.js';
import { gatedPage } from './page/gated-page.js';
import { NoSuchPage } from './page/no-such-page.js';
import { PageSkeleton } from './page/page-skeleton.js';
import { theme } from './theme/theme.js';
import { useLinkTo, useUrlState } from './url/use-url-state.js';

const Account = lazy(() => import('./account/account.js'));
const ForgotPassword = lazy(() => import('./sign-in/forgot-password.js'));
const Invitation = lazy(() => import('./sign-up/invitation.js'));
const ResetPassword = lazy(() => import('./sign-in/reset-password.js'));
const SetUp = lazy(() => import('./set-up/set-up.js'));
const SignIn = lazy(() => import('./sign-in/sign-in.js'));
const SignUp = lazy(() => import('./sign-up/sign-up.js'));

const Billing = gatedPage(
  'listLedgerTransactions',
  lazy(() => import('./billing/billing.js')),
);
const ChargeShow = gatedPage(
  'explainCharge',
  lazy(() => import('./charges/charge-show.js')),
);
const GrantShow = gatedPage(
  'readCreditGrant',
  lazy(() => import('./billing/grant-show.js')),
);
const Alerts = gatedPage(
  'listAlerts',
  lazy(() => import('./alerts/alerts.js')),
);
const KeyCreate = gatedPage(
  'createApiKey',
  lazy(() => import('./keys/key-create.js')),
);
const KeyEdit = gatedPage(
  'updateApiKey',
  lazy(() => import('./keys/key-edit.js')),
);
const KeyList = gatedPage(
  'listOrganizationApiKeys',
  lazy(() => import('./keys/key-list.js')),
);
const KeyShow = gatedPage(
  'readApiKey',
  lazy(() => import('./keys/key-show.js')),
);
const Members = gatedPage(
  'listMembers',
  lazy(() => import('./members/members.js')),
);
const ModelList = gatedPage(
  'listModels',
  lazy(() => import('./models/model-list.js')),
);
const ModelShow = gatedPage(
  'readModel',
  lazy(() => import('./models/model-show.js')),
);
const Organizations = gatedPage(
  'createOrganization',
  lazy(() => import('./organizations/organizations.js')),
);
const Overview = gatedPage(
  'readUsage',
  lazy(() => import('./overview/overview.js')),
);
const Plans = gatedPage(
  'createPlan',
  lazy(() => import('./plans/plans.js')),
);
const Playground = gatedPage(
  'openPlayground',
  lazy(() => import('./playground/playground.js')),
);
const CorrectionShow = gatedPage(
  'readPriceCorrection',
  lazy(() => import('./prices/correction-show.js')),
);
const DraftShow = gatedPage(
  'readPriceDraft',
  lazy(() => import('./prices/draft-show.js')),
);
const PriceBookShow = gatedPage(
  'readPriceBook',
  lazy(() => import('./prices/book-show.js')),
);
const PriceBooks = gatedPage(
  'listPriceDrafts',
  lazy(() => import('./prices/price-books.js')),
);
const Projects = gatedPage(
  'listProjects',
  lazy(() => import('./projects/projects.js')),
);
const Providers = gatedPage(
  'listProviderCredentials',
  lazy(() => import('./providers/providers.js')),
);
const RequestList = gatedPage(
  'listRequests',
  lazy(() => import('./requests/request-list.js')),
);
const RequestShow = gatedPage(
  'readRequest',
  lazy(() => import('./requests/request-show.js')),
);
const Reviews = gatedPage(
  'listReviewItems',
  lazy(() => import('./reviews/reviews.js')),
);
const RouteCreate = gatedPage(
  'createRoute',
  lazy(() => import('./routes/route-create.js')),
);
const RouteEdit = gatedPage(
  'updateRoute',
  lazy(() => import('./routes/route-edit.js')),
);
const RouteList = gatedPage(
  'listRoutes',
  lazy(() => import('./routes/route-list.js')),
);
const RouteShow = gatedPage(
  'readRoute',
  lazy(() => import('./routes/route-show.js')),
);
const Simulator = gatedPage(
  'simulateRoute',
  lazy(() => import('./simulator/simulator.js')),
);
const SelfAudits = gatedPage(
  'listSelfAudits',
  lazy(() => import('./self-audits/self-audits.js')),
);
const Settings = gatedPage(
  'updateOrganization',
  lazy(() => import('./settings/settings.js')),
);
const TransactionShow = gatedPage(
  'readLedgerTransaction',
  lazy(() => import('./ledger/transaction-show.js')),
);

const Waste = gatedPage(
  'readWaste',
  lazy(() => import('./waste/waste.js')),
);

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
            loginPage={SIGN_IN}
            requireAuth
            title="Tollgate"
          >
            <Resource name="requests" list={RequestList} show={RequestShow} />
            <Resource name="keys" list={KeyList} show={KeyShow} create={KeyCreate} edit={KeyEdit} />
            <Resource name="models" list={ModelList} show={ModelShow} />
            <Resource name="ledger" list={LedgerOfBefore} show={TransactionShow} />
            <Resource name="providers" list={Providers} />
            <Resource name="routes" list={RouteList} show={RouteShow} create={RouteCreate} edit={RouteEdit} />
            <Resource name="projects" list={Projects} />
            <Resource name="members" list={Members} />
            <CustomRoutes>
              <Route path="/billing" element={<Billing />} />
              <Route path="/charges/:id" element={<ChargeShow />} />
              <Route path="/credit-grants/:id/show" element={<GrantShow />} />
              <Route path="/organizations" element={<Organizations />} />
              <Route path="/plans" element={<Plans />} />
              <Route path="/price-books" element={<PriceBooks />} />
              <Route path="/price-books/:id/show" element={<PriceBookShow />} />
              <Route path="/price-drafts/:id/show" element={<DraftShow />} />
              <Route path="/price-corrections/:id/show" element={<CorrectionShow />} />
              <Route path="/reviews" element={<Reviews />} />
              <Route path="/self-audits" element={<SelfAudits />} />
              <Route path="/alerts" element={<Alerts />} />
              <Route path="/waste" element={<Waste />} />
              <Route path="/playground" element={<Playground />} />
              <Route path="/simulator" element={<Simulator />} />
              <Route path="/settings" element={<Settings />} />
              <Route path={ACCOUNT_PATH} element={<Account />} />
            </CustomRoutes>
            {ENTRANCES}
          </CoreAdminUI>
        </CoreAdminContext>
      </BrowserRouter>
    </ThemeProvider>
  );
}

/** Forms that those who are signed in never see: not loaded with every other page. */
function Entrance({ page: Page }: { readonly page: ComponentType }) {
  return (
    <Suspense fallback={null}>
      <Page />
    </Suspense>
  );
}

/** The ledger is a section of the billing page now: links and bookmarks to it lead there. */
function LedgerOfBefore() {
  const linkTo = useLinkTo();
  const { get } = useUrlState();
  return <Navigate to={linkTo('/billing', { section: 'ledger', from: get('from'), kind: get('kind') })} replace />;
}

const ENTRANCES = (
  <CustomRoutes noLayout>
    <Route path="/sign-in" element={<Entrance page={SignIn} />} />
    <Route path="/setup" element={<Entrance page={SetUp} />} />
    <Route path="/invitation" element={<Entrance page={Invitation} />} />
    <Route path="/sign-up" element={<Entrance page={SignUp} />} />
    <Route path="/forgot-password" element={<Entrance page={ForgotPassword} />} />
    <Route path="/reset-password" element={<Entrance page={ResetPassword} />} />
  </CustomRoutes>
);

const SIGN_IN = () => <Entrance page={SignIn} />;
