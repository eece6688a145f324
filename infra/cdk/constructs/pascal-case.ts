/** `whatsapp-aws` becomes `WhatsappAws`: ids of CloudFormation are letters and digits. */
export function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
