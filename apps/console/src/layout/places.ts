import AccountBalanceOutlined from '@mui/icons-material/AccountBalanceOutlined';
import AltRouteOutlined from '@mui/icons-material/AltRouteOutlined';
import CloudOutlined from '@mui/icons-material/CloudOutlined';
import FolderOutlined from '@mui/icons-material/FolderOutlined';
import ForumOutlined from '@mui/icons-material/ForumOutlined';
import GroupOutlined from '@mui/icons-material/GroupOutlined';
import InsightsOutlined from '@mui/icons-material/InsightsOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import ListAltOutlined from '@mui/icons-material/ListAltOutlined';
import NotificationsOutlined from '@mui/icons-material/NotificationsOutlined';
import RecyclingOutlined from '@mui/icons-material/RecyclingOutlined';
import RouteOutlined from '@mui/icons-material/RouteOutlined';
import SettingsOutlined from '@mui/icons-material/SettingsOutlined';
import ViewInArOutlined from '@mui/icons-material/ViewInArOutlined';
import type { SvgIconProps } from '@mui/material';
import type { OperationId } from '@tollgate/wire';
import type { ComponentType } from 'react';
import type { TextKey } from '../i18n/use-text.js';
import { useMe } from '../session/use-me.js';

export interface Place {
  readonly path: string;
  readonly label: TextKey;
  readonly icon: ComponentType<SvgIconProps>;
  /** Who may call it sees the page. */
  readonly operation: OperationId;
}

const PLACES: readonly Place[] = [
  { path: '/', label: 'navigation.overview', icon: InsightsOutlined, operation: 'readUsage' },
  { path: '/requests', label: 'navigation.requests', icon: ListAltOutlined, operation: 'listRequests' },
  { path: '/models', label: 'navigation.models', icon: ViewInArOutlined, operation: 'listModels' },
  { path: '/playground', label: 'navigation.playground', icon: ForumOutlined, operation: 'openPlayground' },
  { path: '/keys', label: 'navigation.keys', icon: KeyOutlined, operation: 'listOrganizationApiKeys' },
  { path: '/alerts', label: 'navigation.alerts', icon: NotificationsOutlined, operation: 'listAlerts' },
  { path: '/waste', label: 'navigation.waste', icon: RecyclingOutlined, operation: 'readWaste' },
  { path: '/ledger', label: 'navigation.ledger', icon: AccountBalanceOutlined, operation: 'listLedgerTransactions' },
  { path: '/projects', label: 'navigation.projects', icon: FolderOutlined, operation: 'listProjects' },
  { path: '/members', label: 'navigation.members', icon: GroupOutlined, operation: 'listMembers' },
  { path: '/providers', label: 'navigation.providers', icon: CloudOutlined, operation: 'listProviderCredentials' },
  { path: '/routes', label: 'navigation.routes', icon: AltRouteOutlined, operation: 'listRoutes' },
  { path: '/simulator', label: 'navigation.simulator', icon: RouteOutlined, operation: 'simulateRoute' },
  { path: '/settings', label: 'navigation.settings', icon: SettingsOutlined, operation: 'updateOrganization' },
];

/** Where one can go. What somebody may not see is not there. */
export function usePlaces(): readonly Place[] {
  const { mayCall } = useMe();
  return PLACES.filter(({ operation }) => mayCall(operation));
}
