import AccountBalanceOutlined from '@mui/icons-material/AccountBalanceOutlined';
import AltRouteOutlined from '@mui/icons-material/AltRouteOutlined';
import BusinessOutlined from '@mui/icons-material/BusinessOutlined';
import CloudOutlined from '@mui/icons-material/CloudOutlined';
import FolderOutlined from '@mui/icons-material/FolderOutlined';
import FactCheckOutlined from '@mui/icons-material/FactCheckOutlined';
import ForumOutlined from '@mui/icons-material/ForumOutlined';
import GroupOutlined from '@mui/icons-material/GroupOutlined';
import HealthAndSafetyOutlined from '@mui/icons-material/HealthAndSafetyOutlined';
import InsightsOutlined from '@mui/icons-material/InsightsOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import ListAltOutlined from '@mui/icons-material/ListAltOutlined';
import SellOutlined from '@mui/icons-material/SellOutlined';
import NotificationsOutlined from '@mui/icons-material/NotificationsOutlined';
import RecyclingOutlined from '@mui/icons-material/RecyclingOutlined';
import RouteOutlined from '@mui/icons-material/RouteOutlined';
import SettingsOutlined from '@mui/icons-material/SettingsOutlined';
import ViewInArOutlined from '@mui/icons-material/ViewInArOutlined';
import WorkspacePremiumOutlined from '@mui/icons-material/WorkspacePremiumOutlined';
import type { SvgIconProps } from '@mui/material';
import type { OperationId } from '@tollgate/wire';
import type { ComponentType } from 'react';
import type { TextKey } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';
import { AuditMark, ReviewMark } from './place-marks.js';

export interface Place {
  readonly path: string;
  readonly label: TextKey;
  readonly icon: ComponentType<SvgIconProps>;
  /** Who may call it sees the page. */
  readonly operation: OperationId;
  /** What stands beside its name: how much waits there, how it is. */
  readonly mark?: ComponentType;
}

/** Places that belong together; the first have no name. */
export interface PlaceGroup {
  readonly label: TextKey | null;
  readonly places: readonly Place[];
}

const GROUPS: readonly PlaceGroup[] = [
  {
    label: null,
    places: [
      { path: '/', label: 'navigation.overview', icon: InsightsOutlined, operation: 'readUsage' },
      { path: '/requests', label: 'navigation.requests', icon: ListAltOutlined, operation: 'listRequests' },
      { path: '/models', label: 'navigation.models', icon: ViewInArOutlined, operation: 'listModels' },
      { path: '/playground', label: 'navigation.playground', icon: ForumOutlined, operation: 'openPlayground' },
      { path: '/keys', label: 'navigation.keys', icon: KeyOutlined, operation: 'listOrganizationApiKeys' },
      { path: '/projects', label: 'navigation.projects', icon: FolderOutlined, operation: 'listProjects' },
      { path: '/members', label: 'navigation.members', icon: GroupOutlined, operation: 'listMembers' },
    ],
  },
  {
    label: 'navigation.money',
    places: [
      {
        path: '/billing',
        label: 'navigation.billing',
        icon: AccountBalanceOutlined,
        operation: 'listLedgerTransactions',
      },
      { path: '/alerts', label: 'navigation.alerts', icon: NotificationsOutlined, operation: 'listAlerts' },
      { path: '/waste', label: 'navigation.waste', icon: RecyclingOutlined, operation: 'readWaste' },
      { path: '/price-books', label: 'navigation.prices', icon: SellOutlined, operation: 'listPriceDrafts' },
      { path: '/plans', label: 'navigation.plans', icon: WorkspacePremiumOutlined, operation: 'createPlan' },
    ],
  },
  {
    label: 'navigation.serving',
    places: [
      { path: '/providers', label: 'navigation.providers', icon: CloudOutlined, operation: 'listProviderCredentials' },
      { path: '/routes', label: 'navigation.routes', icon: AltRouteOutlined, operation: 'listRoutes' },
      { path: '/simulator', label: 'navigation.simulator', icon: RouteOutlined, operation: 'simulateRoute' },
    ],
  },
  {
    label: 'navigation.system',
    places: [
      {
        path: '/organizations',
        label: 'navigation.organizations',
        icon: BusinessOutlined,
        operation: 'createOrganization',
      },
      {
        path: '/reviews',
        label: 'navigation.reviews',
        icon: FactCheckOutlined,
        operation: 'listReviewItems',
        mark: ReviewMark,
      },
      {
        path: '/self-audits',
        label: 'navigation.selfAudits',
        icon: HealthAndSafetyOutlined,
        operation: 'listSelfAudits',
        mark: AuditMark,
      },
      { path: '/settings', label: 'navigation.settings', icon: SettingsOutlined, operation: 'updateOrganization' },
    ],
  },
];

/** Where one can go. What somebody may not see is not there. */
export function usePlaceGroups(): readonly PlaceGroup[] {
  const { mayCall } = useMe();
  const seen = GROUPS.map(({ label, places }) => ({
    label,
    places: places.filter(({ operation }) => mayCall(operation)),
  }));
  return seen.filter(({ places }) => places.length > 0);
}

/** The same without their groups. */
export function usePlaces(): readonly Place[] {
  return usePlaceGroups().flatMap(({ places }) => places);
}
