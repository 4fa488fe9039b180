import { themedPictures } from './pictures.js';

it('makes a picture that follows the colors of the system follow those of the site', () => {
  const html = `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="images/a-dark.svg">
  <img alt="A" src="images/a-light.svg">
</picture>`;
  expect(themedPictures(html)).toBe(
    '<img class="light-only" alt="A" src="./images/a-light.svg">' +
      '<img class="dark-only" alt="A" src="./images/a-dark.svg">',
  );
});
