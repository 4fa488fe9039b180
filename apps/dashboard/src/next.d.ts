// Types of Next: style sheets, images and the globals of its runtime.
/// <reference types="next" />
