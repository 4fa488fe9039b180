// Next's own types: of style sheets, images and the globals of its runtime.
/// <reference types="next" />
