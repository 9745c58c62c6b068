import { OPERATIONS, type OperationInput, type Page, type Project } from '@tollgate/wire';
import type { Actor } from '../http/actor.js';
import { Caller } from '../http/caller.js';
import { AdminController, Operate } from '../http/operate.js';
import { Input } from '../http/operation.pipe.js';
import { ProjectsService } from './projects.service.js';

type Operations = typeof OPERATIONS;

@AdminController()
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Operate(OPERATIONS.listProjects)
  list(@Caller() actor: Actor, @Input() input: OperationInput<Operations['listProjects']>): Promise<Page<Project>> {
    return this.projects.list(actor, input);
  }

  @Operate(OPERATIONS.createProject)
  create(@Caller() actor: Actor, @Input() input: OperationInput<Operations['createProject']>): Promise<Project> {
    return this.projects.create(actor, input);
  }

  @Operate(OPERATIONS.readProject)
  read(@Caller() actor: Actor, @Input() input: OperationInput<Operations['readProject']>): Promise<Project> {
    return this.projects.read(actor, input.params.projectId);
  }

  @Operate(OPERATIONS.updateProject)
  update(@Caller() actor: Actor, @Input() input: OperationInput<Operations['updateProject']>): Promise<Project> {
    return this.projects.update(actor, input);
  }
}
