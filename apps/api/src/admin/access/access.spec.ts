import 'reflect-metadata';

import { Controller, Get, UseGuards } from '@nestjs/common';

import { ApiModule } from '../../api.module.js';
import { Access, AdminController, assertAccessDeclared } from './access.js';
import { AccessGuard } from './access.guard.js';

@AdminController('things', 'Things')
class Declared {
  @Get()
  @Access({ role: 'viewer', scope: 'projects:read' })
  list(): void {
    return;
  }
}

@AdminController('things', 'Things')
class Undeclared {
  @Get()
  list(): void {
    return;
  }
}

@Controller('admin/things')
class Unguarded {
  @Get()
  @Access({ session: true })
  list(): void {
    return;
  }
}

@Controller()
class Hidden {
  @Get('admin/things')
  list(): void {
    return;
  }
}

@Controller('v1/things')
@UseGuards(AccessGuard)
class Elsewhere {
  @Get()
  @Access({ public: true })
  list(): void {
    return;
  }
}

@Controller('administrators')
class Other {
  @Get()
  list(): void {
    return;
  }
}

describe('the look at the routes, before a process starts', () => {
  it('finds nothing wrong with those that are there', () => {
    expect(() => assertAccessDeclared(ApiModule.controllers)).not.toThrow();
    expect(() => assertAccessDeclared([Declared, Other])).not.toThrow();
  });

  it.each([Undeclared, Unguarded, Hidden, Elsewhere])(
    'stops it when a route below /admin does not say what it takes: %p',
    (controller) => {
      expect(() => assertAccessDeclared([Declared, controller])).toThrow(
        `${controller.name}.list is no route with @AdminController and @Access`,
      );
    },
  );
});
