@testable import Mail
@testable import SMTP

private let rules: SessionRules = {
    var policy = Policy(hostname: "mx.example.org")
    policy.longestHold = 86_400
    return SessionRules(policy: policy)
}()

private var terms: Terms { Terms(rules, openedAt: 1_795_000_000) }

/// Reads what may stand behind the path of MAIL: what is understood is in its bounds, and more offers don't change it.
func readMailParameters(_ line: [UInt8], offering some: Extensions) {
    let all = try? MailParameters(line.span, from: 0, offered: .all, terms)
    if let few = try? MailParameters(line.span, from: 0, offered: some, terms) {
        guard let all else { preconditionFailure("more offers don't forbid anything") }
        precondition(few.declaredSize == all.declaredSize && few.options == all.options, "more offers don't change it")
        precondition(
            few.is8Bit == all.is8Bit && few.isBinary == all.isBinary && few.isUTF8 == all.isUTF8,
            "more offers don't change it"
        )
        precondition(!few.isUTF8 || some.contains(.smtputf8), "what isn't offered isn't taken")
        precondition(!few.isBinary || some.contains(.binaryMIME), "what isn't offered isn't taken")
        precondition(few.options == nil || !some.isDisjoint(with: .seldom), "what isn't offered isn't taken")
    }
    guard let options = all?.options else { return }
    if let id = options.envelopeID {
        precondition((1...100).contains(id.utf8.count) && id.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "an ENVID")
    }
    if let priority = options.priority { precondition((-9...9).contains(priority), "a priority") }
    if case .seconds(let seconds)? = options.hold { precondition((1...86_400).contains(seconds), "a hold") }
    if case .until(let instant)? = options.hold { precondition(instant <= 1_795_086_400, "a hold") }
    if let deadline = options.deadline, deadline.mode == .giveBack { precondition(deadline.seconds > 0, "a deadline") }
    if let submitter = options.submitter {
        precondition(submitter.isNull, "nobody vouches for who isn't authenticated")
    }
    let line = line + Array(" RET=FULL RET=FULL".utf8)
    precondition((try? MailParameters(line.span, from: 0, offered: .all, terms)) == nil, "a parameter comes once")
}

/// The same of RCPT.
func readRecipientParameters(_ line: [UInt8], offering some: Extensions) {
    let ascii = try? RecipientOptions.read(line.span, from: 0, offered: .all, isUTF8: false)
    let utf8 = try? RecipientOptions.read(line.span, from: 0, offered: .all, isUTF8: true)
    if let ascii { precondition(ascii == utf8, "SMTPUTF8 takes nothing away") }
    if let few = try? RecipientOptions.read(line.span, from: 0, offered: some, isUTF8: true) {
        precondition(few == utf8, "more offers don't change it")
        precondition(some.contains(.dsn), "what isn't offered isn't taken")
    }
    guard let original = utf8?.originalRecipient else { return }
    precondition(!original.type.isEmpty && !original.address.isEmpty, "an ORCPT has two parts")
    precondition(original.type.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0.lowercased == $0 }, "a type is an atom")
    precondition(original.address.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "an ORCPT is printable")
    precondition(original.address.utf8.count <= 500, "an ORCPT is bounded")
}

extension Extensions {
    fileprivate static let seldom: Extensions = [
        .auth, .dsn, .requireTLS, .futureRelease, .deliverBy, .mtPriority,
    ]
}
