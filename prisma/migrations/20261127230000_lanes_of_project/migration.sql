-- Records and lists look for the lanes of their project. The column never changes, so updates stay HOT.
CREATE INDEX "lanes_project_id_idx" ON "lanes" ("project_id");
