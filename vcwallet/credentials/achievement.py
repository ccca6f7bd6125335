"""Open Badges 3.0 achievements: what an issued diploma looks like, and what a person is shown of one.

**The shape of an issued diploma.** Every byte of it travels in a printed code, so it holds what Open
Badges 3.0 requires (marked *) and what an admission office asks for, once each. The samples are
``tests/vectors/credentials/olympiad-diploma.unsigned.json`` (bound to a holder's DID) and
``school-award.unsigned.json`` (bound by name and birth date only).

=====================================  ==================================================================
``@context`` *                         ``.../ns/credentials/v2``, ``.../ob/v3p0/context-3.0.3.json``,
                                       ``https://w3id.org/vcwallet/v1``; exactly these, in this order
``id`` *                               ``urn:uuid:`` and a random version 4 UUID
``type`` *                             ``["VerifiableCredential", "OpenBadgeCredential"]``
``issuer`` *                           ``{"id" *, "type": ["Profile"] *, "name"}``
``validFrom`` *                        the day of the award, with the issuer's zone:
                                       ``2026-03-01T00:00:00+03:00``
``awardedDate``                        only where it differs from ``validFrom`` (a replaced diploma)
``credentialSubject`` *                one object; ``type`` * ``["AchievementSubject", "Pupil"]``
``credentialSubject.id`` *             the child's ``did:key``, or a random ``urn:uuid:`` where the issuer
                                       was given none (Open Badges requires an id or an identifier, and its
                                       identity hashes are guessable). The latter binds nothing: the report
                                       says "by name"
``familyName``, ``givenName``,         text; ``patronymicName`` may be absent. Members of the subject
``patronymicName``                     because of its type ``Pupil``
``birthDate``                          ``2009-05-17`` (``xsd:date``); may be absent
``schoolName``, ``schoolLocation``,    text; any may be absent
``schoolClass``
``licenseNumber``                      the number on the paper, if it has one; may be absent
``role``                               what the pupil was, e.g. captain of the team; may be absent
``achievement`` *                      ``{"id" * URL or URN, one per contest, field and year,
                                       "type": ["Achievement"] *, "achievementType", "name" *,
                                       "description" * the stage or title, "criteria" * {"narrative"},
                                       "fieldOfStudy", "humanCode" the number in the official list,
                                       "version" the school year "2025/26"}``
``result``                             ``[{"type": ["Result"] *, "value": "Диплом победителя I степени"}]``;
                                       a result that is a number of points also has ``resultDescription``,
                                       the ``id`` of an entry of ``achievement.resultDescription``
``credentialStatus``                   ``{"id" * list URL#index, "type": "BitstringStatusListEntry" *,
                                       "statusPurpose": "revocation", "statusListIndex": "94567",
                                       "statusListCredential": list URL}``
=====================================  ==================================================================

Left out on purpose: the credential's own ``name`` and ``description`` (the achievement has them),
``validUntil`` (a right may expire, the fact does not), the level of an olympiad (looked up in the
verifier's kit, never taken from a diploma), images, and any free text.

Specification: Open Badges 3.0, sections 7 and B.1 (data models).
"""
