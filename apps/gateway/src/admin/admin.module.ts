import { Module } from '@nestjs/common';
import { PostgresUsageAnalytics } from '@tollgate/analytics';
import { Database } from '@tollgate/database';
import { AccountingController } from './accounting/accounting.controller.js';
import { AccountingRepository } from './accounting/accounting.repository.js';
import { AccountingService } from './accounting/accounting.service.js';
import { AlertChannelsRepository } from './alerts/alert-channels.repository.js';
import { AlertChannelsService } from './alerts/alert-channels.service.js';
import { AlertsController } from './alerts/alerts.controller.js';
import { AlertsRepository } from './alerts/alerts.repository.js';
import { AlertsService } from './alerts/alerts.service.js';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { ApiKeysRepository } from './api-keys/api-keys.repository.js';
import { ApiKeysService } from './api-keys/api-keys.service.js';
import { AuditLogController } from './audit-log/audit-log.controller.js';
import { AuditLogRepository } from './audit-log/audit-log.repository.js';
import { AuditLogService } from './audit-log/audit-log.service.js';
import { BudgetsController } from './budgets/budgets.controller.js';
import { BudgetsRepository } from './budgets/budgets.repository.js';
import { BudgetsService } from './budgets/budgets.service.js';
import { ChargesController } from './charges/charges.controller.js';
import { ChargesRepository } from './charges/charges.repository.js';
import { ChargesService } from './charges/charges.service.js';
import { ConfigurationController } from './configuration/configuration.controller.js';
import { ConfigurationRepository } from './configuration/configuration.repository.js';
import { ConfigurationService } from './configuration/configuration.service.js';
import { CreditGrantsController } from './credit-grants/credit-grants.controller.js';
import { CreditGrantsRepository } from './credit-grants/credit-grants.repository.js';
import { CreditGrantsService } from './credit-grants/credit-grants.service.js';
import { DeploymentHealthService } from './deployments/deployment-health.service.js';
import { DeploymentsController } from './deployments/deployments.controller.js';
import { DeploymentsRepository } from './deployments/deployments.repository.js';
import { DeploymentsService } from './deployments/deployments.service.js';
import { IdentityModule } from '../identity/identity.module.js';
import { AdminRoutes } from './http/admin-routes.js';
import { AuthenticationGuard } from './http/authentication.guard.js';
import { ConsoleSessions } from './http/console-sessions.js';
import { ManagementTokens } from './http/management-tokens.js';
import { InstallationController } from './installation/installation.controller.js';
import { InstallationRepository } from './installation/installation.repository.js';
import { InstallationService } from './installation/installation.service.js';
import { InvitationAcceptanceController } from './invitations/invitation-acceptance.controller.js';
import { InvitationAcceptanceService } from './invitations/invitation-acceptance.service.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationsRepository } from './invitations/invitations.repository.js';
import { InvitationsService } from './invitations/invitations.service.js';
import { LedgerController } from './ledger/ledger.controller.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { LedgerService } from './ledger/ledger.service.js';
import { LimitsRepository } from './limits/limits.repository.js';
import { ManagementTokensController } from './management-tokens/management-tokens.controller.js';
import { ManagementTokensRepository } from './management-tokens/management-tokens.repository.js';
import { ManagementTokensService } from './management-tokens/management-tokens.service.js';
import { ManualPostingsController } from './manual-postings/manual-postings.controller.js';
import { ManualPostingsRepository } from './manual-postings/manual-postings.repository.js';
import { ManualPostingsService } from './manual-postings/manual-postings.service.js';
import { MeController } from './me/me.controller.js';
import { MeService } from './me/me.service.js';
import { MembersController } from './members/members.controller.js';
import { MembersRepository } from './members/members.repository.js';
import { MembersService } from './members/members.service.js';
import { OwnSessionsService } from './me/own-sessions.service.js';
import { CurrentPrices } from './models/current-prices.js';
import { ModelsController } from './models/models.controller.js';
import { ModelsRepository } from './models/models.repository.js';
import { ModelsService } from './models/models.service.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { OrganizationsRepository } from './organizations/organizations.repository.js';
import { OrganizationsService } from './organizations/organizations.service.js';
import { OwnersService } from './organizations/owners.service.js';
import { PlansController } from './plans/plans.controller.js';
import { PlansRepository } from './plans/plans.repository.js';
import { PlansService } from './plans/plans.service.js';
import { PlaygroundController } from './playground/playground.controller.js';
import { PlaygroundService } from './playground/playground.service.js';
import { PriceBooksController } from './price-books/price-books.controller.js';
import { PriceBooksRepository } from './price-books/price-books.repository.js';
import { PriceBooksService } from './price-books/price-books.service.js';
import { PriceCorrectionsController } from './price-corrections/price-corrections.controller.js';
import { PriceCorrectionsService } from './price-corrections/price-corrections.service.js';
import { PriceDifferencesService } from './price-corrections/price-differences.service.js';
import { PriceBookChanges } from './price-drafts/price-book-changes.service.js';
import { PriceDraftsController } from './price-drafts/price-drafts.controller.js';
import { PriceDraftsService } from './price-drafts/price-drafts.service.js';
import { PricePreviewsService } from './price-drafts/price-previews.service.js';
import { ProjectsController } from './projects/projects.controller.js';
import { ProjectsRepository } from './projects/projects.repository.js';
import { ProjectsService } from './projects/projects.service.js';
import { ConnectionTester, RESOLVE } from './provider-credentials/connection-tester.js';
import { ProviderCredentialsController } from './provider-credentials/provider-credentials.controller.js';
import { ProviderCredentialsRepository } from './provider-credentials/provider-credentials.repository.js';
import { ProviderCredentialsService } from './provider-credentials/provider-credentials.service.js';
import { resolveBySystem } from '@tollgate/public-address';
import { QuarantinedUsageController } from './quarantined-usage/quarantined-usage.controller.js';
import { QuarantinedUsageRepository } from './quarantined-usage/quarantined-usage.repository.js';
import { QuarantinedUsageService } from './quarantined-usage/quarantined-usage.service.js';
import { RequestsController } from './requests/requests.controller.js';
import { RequestsRepository } from './requests/requests.repository.js';
import { RequestsService } from './requests/requests.service.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { ReviewsRepository } from './reviews/reviews.repository.js';
import { ReviewsService } from './reviews/reviews.service.js';
import { RouteSimulationsController } from './route-simulations/route-simulations.controller.js';
import { RouteSimulationsService } from './route-simulations/route-simulations.service.js';
import { RoutesController } from './routes/routes.controller.js';
import { RoutesRepository } from './routes/routes.repository.js';
import { RoutesService } from './routes/routes.service.js';
import { SelfAuditsController } from './self-audits/self-audits.controller.js';
import { SelfAuditsRepository } from './self-audits/self-audits.repository.js';
import { SelfAuditsService } from './self-audits/self-audits.service.js';
import { DomainProof, RESOLVE_TXT, resolveTxtBySystem } from './sso-connections/domain-proof.js';
import { SsoConnectionsController } from './sso-connections/sso-connections.controller.js';
import { SsoConnectionsRepository } from './sso-connections/sso-connections.repository.js';
import { SsoConnectionsService } from './sso-connections/sso-connections.service.js';
import { UsageExportsController } from './usage/usage-exports.controller.js';
import { UsageExportsService } from './usage/usage-exports.service.js';
import { SetupController } from './setup/setup.controller.js';
import { SetupRepository } from './setup/setup.repository.js';
import { SetupService } from './setup/setup.service.js';
import { SignUpController } from './sign-up/sign-up.controller.js';
import { SignUpRepository } from './sign-up/sign-up.repository.js';
import { SignUpService } from './sign-up/sign-up.service.js';
import { UsageController } from './usage/usage.controller.js';
import { USAGE_ANALYTICS, UsageService } from './usage/usage.service.js';
import { WasteController } from './waste/waste.controller.js';
import { WasteRepository } from './waste/waste.repository.js';
import { WasteService } from './waste/waste.service.js';

/**
 * The management API. It expects `Database`, `APP_CONFIG`, `LOGGER` and `MASTER_KEY` from a global module, and binds its guard,
 * filter and routes to itself only: inference on the same server is not touched.
 */
@Module({
  imports: [IdentityModule],
  controllers: [
    OpenApiController,
    OrganizationsController,
    PlansController,
    ProjectsController,
    ApiKeysController,
    ModelsController,
    PlaygroundController,
    PriceBooksController,
    PriceDraftsController,
    PriceCorrectionsController,
    ProviderCredentialsController,
    DeploymentsController,
    RoutesController,
    RouteSimulationsController,
    BudgetsController,
    AlertsController,
    WasteController,
    ConfigurationController,
    UsageController,
    UsageExportsController,
    RequestsController,
    ChargesController,
    LedgerController,
    ManualPostingsController,
    CreditGrantsController,
    AccountingController,
    ReviewsController,
    QuarantinedUsageController,
    SelfAuditsController,
    ManagementTokensController,
    AuditLogController,
    MeController,
    SsoConnectionsController,
    SetupController,
    MembersController,
    InvitationsController,
    InvitationAcceptanceController,
    SignUpController,
    InstallationController,
  ],
  providers: [
    AdminRoutes,
    AuthenticationGuard,
    ManagementTokens,
    ConsoleSessions,
    LimitsRepository,
    OrganizationsRepository,
    OrganizationsService,
    OwnersService,
    PlansRepository,
    PlansService,
    ProjectsRepository,
    ProjectsService,
    ApiKeysRepository,
    ApiKeysService,
    CurrentPrices,
    ModelsRepository,
    ModelsService,
    PlaygroundService,
    PriceBooksRepository,
    PriceBooksService,
    PriceBookChanges,
    PriceDraftsService,
    PricePreviewsService,
    PriceCorrectionsService,
    PriceDifferencesService,
    { provide: RESOLVE, useValue: resolveBySystem },
    ConnectionTester,
    ProviderCredentialsRepository,
    ProviderCredentialsService,
    DeploymentsRepository,
    DeploymentsService,
    DeploymentHealthService,
    RoutesRepository,
    RoutesService,
    RouteSimulationsService,
    BudgetsRepository,
    BudgetsService,
    AlertChannelsRepository,
    AlertChannelsService,
    AlertsRepository,
    AlertsService,
    WasteRepository,
    WasteService,
    ConfigurationRepository,
    ConfigurationService,
    {
      provide: USAGE_ANALYTICS,
      inject: [Database],
      useFactory: (database: Database) => new PostgresUsageAnalytics(database.pool),
    },
    UsageService,
    UsageExportsService,
    RequestsRepository,
    RequestsService,
    ChargesRepository,
    ChargesService,
    LedgerRepository,
    LedgerService,
    ManualPostingsRepository,
    ManualPostingsService,
    CreditGrantsRepository,
    CreditGrantsService,
    AccountingRepository,
    AccountingService,
    ReviewsRepository,
    ReviewsService,
    QuarantinedUsageRepository,
    QuarantinedUsageService,
    SelfAuditsRepository,
    SelfAuditsService,
    ManagementTokensRepository,
    ManagementTokensService,
    AuditLogRepository,
    AuditLogService,
    MeService,
    OwnSessionsService,
    { provide: RESOLVE_TXT, useValue: resolveTxtBySystem },
    DomainProof,
    SsoConnectionsRepository,
    SsoConnectionsService,
    SetupRepository,
    SetupService,
    MembersRepository,
    MembersService,
    InvitationsRepository,
    InvitationsService,
    InvitationAcceptanceService,
    SignUpRepository,
    SignUpService,
    InstallationRepository,
    InstallationService,
  ],
})
export class AdminModule {}
