internal import CUnbound

/// Reads libunbound's results.
enum Reading {
    /// The longest that a negative answer is believed, as libunbound keeps it: it may come without a time of its own.
    private static let negativeLimit: Int32 = 3600

    static func answer(_ question: Question, _ asked: Name, _ result: ub_result) -> Answer {
        let outcome = unsafe outcome(result)
        var (records, malformed) = ([Record](), 0)
        if outcome == .found { unsafe (records, malformed) = read(question.type, result) }
        return Answer(
            question,
            outcome,
            records: records,
            malformed: malformed,
            timeToLive: unsafe timeToLive(result, outcome),
            isSecure: unsafe result.secure != 0,
            canonicalName: unsafe canonicalName(result) ?? asked
        )
    }

    /// Where an alias points that was not followed.
    static func alias(_ result: ub_result) -> Name? {
        guard unsafe result.havedata == 0, unsafe result.rcode == 0 else { return nil }
        return unsafe canonicalName(result)
    }

    private static func outcome(_ result: ub_result) -> Answer.Outcome {
        if unsafe result.bogus != 0 {
            let reason = unsafe result.why_bogus.map { unsafe String(cString: $0) }
            return .bogus(reason: reason ?? "no reason given")
        }
        switch unsafe result.rcode {
        case 0: return unsafe result.havedata != 0 ? .found : .noData
        case 3: return .noSuchName
        case let code: return .failed(reason: words(code))
        }
    }

    /// RFC 1035 §4.1.1 and RFC 2136 §2.2.
    private static func words(_ code: Int32) -> String {
        switch code {
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        default: "response code \(code)"
        }
    }

    private static func timeToLive(_ result: ub_result, _ outcome: Answer.Outcome) -> Duration {
        let seconds = unsafe max(0, result.ttl)  // RFC 2181 §8
        switch outcome {
        case .found: return .seconds(seconds)
        case .noData, .noSuchName: return .seconds(min(seconds, negativeLimit))
        case .failed, .bogus, .timedOut, .stopped: return .zero
        }
    }

    private static func canonicalName(_ result: ub_result) -> Name? {
        guard let text = unsafe result.canonname else { return nil }
        return try? Name(unsafe String(cString: text))
    }

    private static func read(_ type: RecordType, _ result: ub_result) -> (records: [Record], malformed: Int) {
        var (records, malformed) = ([Record](), 0)
        guard let data = unsafe result.data, let lengths = unsafe result.len else { return (records, malformed) }
        var index = 0
        while let start = unsafe data[index] {
            let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(max(0, lengths[index])))
            let record = unsafe bytes.withMemoryRebound(to: UInt8.self) { unsafe RecordReader.read(type, $0.span) }
            if let record { records.append(record) } else { malformed += 1 }
            index += 1
        }
        return (records, malformed)
    }
}
