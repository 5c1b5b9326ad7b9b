package console

import (
	"context"

	"comity/party"
	"comity/wire"
)

// The commands. The list is closed: what is not in the table is not done.
const (
	addOfficer     Name = "officer.add"
	listOfficers   Name = "officer.list"
	confirmOfficer Name = "officer.confirm"
	removeOfficer  Name = "officer.remove"
	inviteOfficer  Name = "officer.invite"
	shutOfficer    Name = "officer.shut"

	proposeReadmission Name = "readmission.propose"
	listReadmissions   Name = "readmission.list"
	confirmReadmission Name = "readmission.confirm"
	beginReadmission   Name = "readmission.begin"
	finishReadmission  Name = "readmission.finish"
	refuseReadmission  Name = "readmission.refuse"

	showCard       Name = "card.show"
	inspectCard    Name = "partner.inspect"
	addPartner     Name = "partner.add"
	listPartners   Name = "partner.list"
	setLink        Name = "partner.state"
	addPack        Name = "pack.add"
	listPacks      Name = "pack.list"
	showPack       Name = "pack.show"
	assessPack     Name = "pack.assess"
	rerunPacks     Name = "pack.rerun"
	importItem     Name = "item.import"
	importDocument Name = "item.document"
	showSource     Name = "item.source"
	takeBack       Name = "item.aside"

	findEntities    Name = "entity.find"
	confirmEntities Name = "entity.confirm"
	sayOfEntities   Name = "entity.say"
	showEntity      Name = "entity.show"
	listEntities    Name = "entity.list"
	handList        Name = "list.hand"
	removeList      Name = "list.remove"
	showLists       Name = "list.show"

	markItem    Name = "item.mark"
	draftItem   Name = "item.draft"
	editItem    Name = "item.edit"
	writeItem   Name = "item.write"
	listItems   Name = "item.list"
	showItem    Name = "item.show"
	searchItems Name = "item.search"
	exportItem  Name = "item.export"
	planItem    Name = "release.plan"
	sendItem    Name = "release.send"
	showPlan    Name = "plan.show"
	approvePlan Name = "plan.approve"
	sendPlan    Name = "plan.send"

	listVersions Name = "item.versions"
	writeRemark  Name = "remark.write"
	listRemarks  Name = "remark.list"
	openSheet    Name = "unsaved.open"
	keepUnsaved  Name = "unsaved.keep"
	showUnsaved  Name = "unsaved.show"
	listUnsaved  Name = "unsaved.list"
	dropUnsaved  Name = "unsaved.drop"

	dissentFromPlan Name = "plan.dissent"
	beginApproval   Name = "approval.begin"
	finishApproval  Name = "approval.finish"
	proveApproval   Name = "approval.prove"
	listWaiting     Name = "plan.list"

	listInbox    Name = "inbox.list"
	readCut      Name = "inbox.read"
	listDuties   Name = "duty.list"
	fileDuty     Name = "duty.file"
	readTrail    Name = "trail.read"
	showExposure Name = "exposure.show"
	replayItem   Name = "release.replay"
	withdraw     Name = "item.withdraw"

	destroyContent   Name = "item.destroy"
	weighDestruction Name = "item.weigh"

	uploadParts    Name = "exhibit.upload"
	attachExhibits Name = "exhibit.attach"
	takeExhibit    Name = "exhibit.take"

	deriveItem Name = "item.derive"

	askAuthorisation    Name = "authorisation.ask"
	listAuthorisations  Name = "authorisation.list"
	showAuthorisation   Name = "authorisation.show"
	answerAuthorisation Name = "authorisation.answer"
	noteAuthorisation   Name = "authorisation.note"

	planContact    Name = "contact.plan"
	enterContact   Name = "contact.enter"
	listContacts   Name = "contact.list"
	showContact    Name = "contact.show"
	approveContact Name = "contact.approve"
	cancelContact  Name = "contact.cancel"

	verifyLedger Name = "ledger.verify"
	showLedger   Name = "ledger.show"
	ledgerTiles  Name = "ledger.tiles"
	nodeStatus   Name = "node.status"
	backupNode   Name = "node.backup"
	allowKeys    Name = "key.allow"
	packBundle   Name = "courier.out"
	unpackBundle Name = "courier.in"

	showEvidence     Name = "partner.evidence"
	acquaintPartners Name = "partner.acquaint"
	overrideLedger   Name = "ledger.override"
)

var bodyLimits = wire.Limits{Bytes: maxBody, Depth: wire.Default.Depth}

// handler decodes a command's body, has it done, and encodes the result.
type handler func(ctx context.Context, d *Desk, actor party.Actor, body []byte) ([]byte, error)

// bind makes the handler of one command type.
func bind[C Asking[R], R any](do func(d *Desk, ctx context.Context, actor party.Actor, c C) (R, error)) handler {
	return func(ctx context.Context, d *Desk, actor party.Actor, body []byte) ([]byte, error) {
		var c C
		if err := wire.Decode(body, &c, bodyLimits); err != nil {
			return nil, err
		}
		result, err := do(d, ctx, actor, c)
		if err != nil {
			return nil, err
		}
		return wire.Plain(result)
	}
}

// table is what each command does. It is filled before main starts and never
// changed.
var table = map[Name]handler{
	addOfficer:     bind((*Desk).addOfficer),
	listOfficers:   bind((*Desk).listOfficers),
	confirmOfficer: bind((*Desk).confirmOfficer),
	removeOfficer:  bind((*Desk).removeOfficer),
	inviteOfficer:  bind((*Desk).inviteOfficer),
	shutOfficer:    bind((*Desk).shutOfficer),

	proposeReadmission: bind((*Desk).proposeReadmission),
	listReadmissions:   bind((*Desk).listReadmissions),
	confirmReadmission: bind((*Desk).confirmReadmission),
	beginReadmission:   bind((*Desk).beginReadmission),
	finishReadmission:  bind((*Desk).finishReadmission),
	refuseReadmission:  bind((*Desk).refuseReadmission),

	addPack:        bind((*Desk).addPack),
	listPacks:      bind((*Desk).listPacks),
	showPack:       bind((*Desk).showPack),
	assessPack:     bind((*Desk).assessPack),
	rerunPacks:     bind((*Desk).rerunPacks),
	importItem:     bind((*Desk).importItem),
	importDocument: bind((*Desk).importDocument),
	showSource:     bind((*Desk).showSource),
	takeBack:       bind((*Desk).takeBack),

	findEntities:    bind((*Desk).findEntities),
	confirmEntities: bind((*Desk).confirmEntities),
	sayOfEntities:   bind((*Desk).sayOfEntities),
	showEntity:      bind((*Desk).showEntity),
	listEntities:    bind((*Desk).listEntities),
	handList:        bind((*Desk).handList),
	removeList:      bind((*Desk).removeList),
	showLists:       bind((*Desk).showLists),

	markItem:    bind((*Desk).markItem),
	draftItem:   bind((*Desk).draftItem),
	editItem:    bind((*Desk).editItem),
	listItems:   bind((*Desk).listItems),
	showItem:    bind((*Desk).showItem),
	searchItems: bind((*Desk).searchItems),
	exportItem:  bind((*Desk).exportItem),
	planItem:    bind((*Desk).planItem),
	sendItem:    bind((*Desk).sendItem),
	showPlan:    bind((*Desk).showPlan),
	approvePlan: bind((*Desk).approvePlan),
	sendPlan:    bind((*Desk).sendPlan),

	writeItem:    bind((*Desk).writeItem),
	listVersions: bind((*Desk).listVersions),
	writeRemark:  bind((*Desk).writeRemark),
	listRemarks:  bind((*Desk).listRemarks),
	openSheet:    bind((*Desk).openSheet),
	keepUnsaved:  bind((*Desk).keepUnsaved),
	showUnsaved:  bind((*Desk).showUnsaved),
	listUnsaved:  bind((*Desk).listUnsaved),
	dropUnsaved:  bind((*Desk).dropUnsaved),

	dissentFromPlan: bind((*Desk).dissentFromPlan),
	beginApproval:   bind((*Desk).beginApproval),
	finishApproval:  bind((*Desk).finishApproval),
	proveApproval:   bind((*Desk).proveApproval),
	listWaiting:     bind((*Desk).listWaiting),

	showCard:     bind((*Desk).showCard),
	inspectCard:  bind((*Desk).inspectCard),
	addPartner:   bind((*Desk).addPartner),
	listPartners: bind((*Desk).listPartners),
	setLink:      bind((*Desk).setLink),
	listInbox:    bind((*Desk).listInbox),
	readCut:      bind((*Desk).readCut),
	readTrail:    bind((*Desk).readTrail),
	listDuties:   bind((*Desk).listDuties),
	fileDuty:     bind((*Desk).fileDuty),
	showExposure: bind((*Desk).showExposure),
	replayItem:   bind((*Desk).replayItem),
	withdraw:     bind((*Desk).withdrawItem),

	destroyContent:   bind((*Desk).destroyContent),
	weighDestruction: bind((*Desk).weighDestruction),

	uploadParts:    bind((*Desk).uploadParts),
	attachExhibits: bind((*Desk).attachExhibits),
	takeExhibit:    bind((*Desk).takeExhibit),

	deriveItem: bind((*Desk).deriveItem),

	askAuthorisation:    bind((*Desk).askAuthorisation),
	listAuthorisations:  bind((*Desk).listAuthorisations),
	showAuthorisation:   bind((*Desk).showAuthorisation),
	answerAuthorisation: bind((*Desk).answerAuthorisation),
	noteAuthorisation:   bind((*Desk).noteAuthorisation),

	planContact:    bind((*Desk).planContact),
	enterContact:   bind((*Desk).enterContact),
	listContacts:   bind((*Desk).listContacts),
	showContact:    bind((*Desk).showContact),
	approveContact: bind((*Desk).approveContact),
	cancelContact:  bind((*Desk).cancelContact),

	verifyLedger: bind((*Desk).verifyLedger),
	showLedger:   bind((*Desk).showLedger),
	ledgerTiles:  bind((*Desk).ledgerTiles),
	nodeStatus:   bind((*Desk).nodeStatus),
	backupNode:   bind((*Desk).backupNode),
	allowKeys:    bind((*Desk).allowKeys),
	packBundle:   bind((*Desk).packBundle),
	unpackBundle: bind((*Desk).unpackBundle),

	showEvidence:     bind((*Desk).showEvidence),
	acquaintPartners: bind((*Desk).acquaintPartners),
	overrideLedger:   bind((*Desk).overrideLedger),
}
