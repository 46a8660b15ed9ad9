internal import CUnbound

/// A question on its way through libunbound.
final class Lookup {
    let id: UInt64
    let entry: Inbox.Entry
    /// What libunbound was asked: the name in question, or what it is an alias of.
    var name: Name
    /// How often an alias was followed.
    var hops = 0
    /// libunbound's own number for it.
    var number: Int32 = 0
    /// The loop holds every lookup that is on its way, so this never outlives it.
    unowned let loop: LookupLoop

    init(id: UInt64, entry: Inbox.Entry, loop: LookupLoop) {
        self.id = id
        self.entry = entry
        self.loop = loop
        name = entry.question.name
    }

    /// What is asked now.
    var question: Question { Question(name, entry.question.type) }

    /// What libunbound calls within `LibraryContext.process`, so on the loop's thread.
    static let receiver: LibraryContext.Receiver = { lookup, code, result in
        guard let lookup = unsafe lookup else { return }
        let found = unsafe Unmanaged<Lookup>.fromOpaque(lookup).takeUnretainedValue()
        defer { unsafe ub_resolve_free(result) }
        if code == 0, let result = unsafe result {
            unsafe found.loop.came(result.pointee, for: found)
        } else {
            found.loop.end(found, .failed(reason: LibraryFault(code).reason))
        }
    }
}
