internal import PluginABI

/// Outcomes as a plugin sees them, lent while a function of it runs.
struct OutcomeViews {
    private let outcomes: [RecipientOutcome]

    init(_ outcomes: [RecipientOutcome]) { self.outcomes = outcomes }

    func lend(_ body: (UnsafePointer<hk_outcome>?, UInt32) -> Void) {
        var arena: [CChar] = []
        let places = outcomes.map { outcome in
            [outcome.address, outcome.host, outcome.enhanced, outcome.text].map { text -> Range<Int>? in
                guard let text else { return nil }
                let start = arena.count
                arena.append(contentsOf: text.utf8.map { CChar(bitPattern: $0) })
                return start..<arena.count
            }
        }
        // An empty text is present: it has an address.
        arena.append(0)
        unsafe arena.withUnsafeBufferPointer { bytes in
            func view(_ range: Range<Int>?) -> hk_str {
                guard let range, let base = bytes.baseAddress else { return unsafe hk_str() }
                return unsafe hk_str(ptr: base + range.lowerBound, len: range.count)
            }
            let views = unsafe zip(outcomes, places).map { outcome, places in
                unsafe hk_outcome(
                    struct_size: UInt32(MemoryLayout<hk_outcome>.size),
                    what: outcome.what.number,
                    rcpt_index: UInt32(clamping: outcome.index),
                    code: Int32(clamping: outcome.code),
                    address: view(places[0]),
                    host: view(places[1]),
                    enhanced: view(places[2]),
                    text: view(places[3])
                )
            }
            unsafe views.withUnsafeBufferPointer { unsafe body($0.baseAddress, UInt32(views.count)) }
        }
    }
}

extension RecipientOutcome.What {
    fileprivate var number: Int32 {
        switch self {
        case .delivered: Int32(HK_D_DELIVERED)
        case .deferred: Int32(HK_D_DEFERRED)
        case .failed: Int32(HK_D_FAILED)
        }
    }
}
