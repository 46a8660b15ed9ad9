internal import System
internal import Wire

/// One request on its way, told of by its connection.
final class HTTPSCall: OutcallListener {
    typealias Answer = Result<HTTPResponse, HTTPFault>

    private struct State {
        var reader: ResponseReader
        var outcall: Outcall?
        var answer: (@Sendable (Answer) -> Void)?
    }

    private let state: Locked<State>
    /// On the monotonic clock.
    private let deadline: UInt64

    /// The answer is told once, on any thread.
    init(limit: Int, deadline: UInt64, _ answer: @escaping @Sendable (Answer) -> Void) {
        state = Locked(State(reader: ResponseReader(limit: limit), answer: answer))
        self.deadline = deadline
    }

    func hold(_ outcall: Outcall) { state.withLock { $0.outcall = outcall } }

    func connected(_ facts: OutcallFacts) {
        let now = SystemTime.monotonicNanoseconds
        let left = Duration.nanoseconds(Int64(clamping: deadline > now ? deadline - now : 1))
        state.withLock { $0.outcall }?.arm(deadline: left)
    }

    func received(_ bytes: Span<UInt8>) {
        let answer = state.withLock { state -> Answer? in
            guard state.answer != nil else { return nil }
            do throws(HTTPFault) { try state.reader.read(bytes) } catch { return .failure(error) }
            return state.reader.response.map { .success($0) }
        }
        if let answer { finish(answer) }
    }

    func writable() {}

    func deadlinePassed() { finish(.failure(.timedOut)) }

    func ended(_ end: OutcallEnd) {
        let answer = state.withLock { state -> Answer in
            switch end {
            case .tlsFailed(let reason): return .failure(.tls(reason))
            case .failed(let reason): return .failure(.connection(reason))
            case .closed:
                do throws(HTTPFault) { try state.reader.end() } catch { return .failure(error) }
                return state.reader.response.map { .success($0) } ?? .failure(.connection(end.reason))
            }
        }
        finish(answer)
        state.withLock { $0.outcall = nil }
    }

    private func finish(_ result: Answer) {
        let (answer, outcall) = state.withLock { state in (state.answer.take(), state.outcall) }
        guard let answer else { return }
        outcall?.abandon()
        answer(result)
    }
}
