/** Extensions of files that SES does not send (SES developer guide, "unsupported attachment types"). */
export const blockedExtensions: ReadonlySet<string> = new Set(
  (
    'ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk ' +
    'mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi ' +
    'msp mst ops pcd pif plg prf prg ps1 ps1xml ps2 ps2xml psc1 psc2 reg scf scr sct shb shs sys tmp url vb vbe vbs ' +
    'vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk'
  ).split(' '),
);

/** Headers that may stand in a mail once (SES developer guide, header-fields), in lower case. */
export const singleHeaders: readonly string[] = (
  'accept-language acceptlanguage archived-at auto-submitted bounces-to comments content-alternative content-base ' +
  'content-class content-description content-disposition content-duration content-id content-language content-length ' +
  'content-location content-md5 content-transfer-encoding content-type date delivered-to ' +
  'disposition-notification-options disposition-notification-to dkim-signature domainkey-signature errors-to from ' +
  'importance in-reply-to keywords list-archive list-help list-id list-owner list-post list-subscribe ' +
  'list-unsubscribe message-context message-id mime-version organization original-from original-message-id ' +
  'original-recipient original-subject precedence priority references reply-to return-path return-receipt-to sender ' +
  'solicitation sensitivity subject thread-index thread-topic user-agent vbr-info'
).split(' ');
