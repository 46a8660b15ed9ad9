internal import Hooks

/// What a plugin's function looks like: `i(ud:p,call:U,rcpt_domain:s)`, or `i(args:p)` for the struct with everything.
struct Signature: Sendable, Equatable {
    enum Form: Sendable, Equatable {
        /// One pointer to `hk_args`.
        case whole
        /// The fields that the plugin named, in its order.
        case named([Parameter])
    }

    struct Parameter: Sendable, Equatable {
        let name: String
        let letter: UInt8
        /// In `hk_args`.
        let offset: Int
    }

    /// Why it was refused, for the author.
    struct Fault: Error, Equatable {
        let reason: String

        init(_ reason: String) { self.reason = reason }
    }

    /// libffi and every calling convention take more; no hook has so many fields.
    static let parameterLimit = 64

    let text: String
    let form: Form

    /// Reads a signature for a hook, whose row says which fields it offers.
    init(_ text: String, for hook: Hook) throws(Fault) {
        self.text = text
        var bytes = Array(text.utf8)[...]
        guard bytes.popFirst() == UInt8(ascii: "i"), bytes.popFirst() == UInt8(ascii: "("),
            bytes.popLast() == UInt8(ascii: ")")
        else { throw Fault("a hook's signature has the form i(name:type,...)") }
        if bytes.elementsEqual("args:p".utf8) {
            form = .whole
            return
        }
        var parameters: [Parameter] = []
        if !bytes.isEmpty {
            for part in bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                parameters.append(try Self.parameter(part, for: hook))
            }
        }
        guard parameters.count <= Self.parameterLimit else { throw Fault("more than 64 parameters") }
        form = .named(parameters)
    }

    private static func parameter(_ part: ArraySlice<UInt8>, for hook: Hook) throws(Fault) -> Parameter {
        let halves = part.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard halves.count == 2, halves[1].count == 1, let letter = halves[1].first else {
            throw Fault("\"\(String(decoding: part, as: UTF8.self))\" is not of the form name:type")
        }
        let name = String(decoding: halves[0], as: UTF8.self)
        guard hook.row.offers.contains(name), let field = ArgumentField.named(name) else {
            throw Fault("hook \(hook.name) offers no \"\(name)\"")
        }
        guard field.kind.isWritten(letter) else {
            throw Fault("\"\(name)\" is of type \(field.kind.letter)")
        }
        return Parameter(name: name, letter: letter, offset: field.offset)
    }
}
