import {
  applyDecorators,
  Controller,
  HttpCode,
  RequestMapping,
  RequestMethod,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { API_PREFIX, type Operation } from '@tollgate/wire';
import { AuthenticationGuard } from './authentication.guard.js';
import { markOperation } from './operation-metadata.js';
import { ProblemFilter } from './problem.filter.js';
import { VersionInterceptor } from './version.interceptor.js';

/** A controller of the management API: callers checked, errors as problem documents, versions as ETags. */
export const AdminController = (): ClassDecorator =>
  applyDecorators(
    Controller(API_PREFIX.slice(1)),
    UseGuards(AuthenticationGuard),
    UseInterceptors(VersionInterceptor),
    UseFilters(ProblemFilter),
  );

/** Binds a method to an operation of the table: its route, its status, the permission that the guard checks. */
export const Operate = (operation: Operation): MethodDecorator =>
  applyDecorators(
    RequestMapping({ path: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'), method: RequestMethod[operation.method] }),
    HttpCode(operation.status),
    markOperation(operation),
  );
