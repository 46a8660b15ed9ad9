extension LaneJob {
    func perform(_ frame: Frame) {
        switch self {
        case .call(let call, let token, _): call.perform(token, on: frame)
        case .cancel(let registration, let token, let reason): registration.cancel(token, reason)
        case .timer(let timer): timer.perform(on: frame)
        case .task(let task): task()
        }
    }
}
