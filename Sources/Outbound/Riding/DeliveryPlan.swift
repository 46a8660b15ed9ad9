/// Where a message goes by the word of who has a say beside the administrator.
public enum DeliveryPlan: Sendable, Equatable {
    /// Where the route table and DNS send it.
    case usual
    /// To these, in order.
    case named([Waypoint])
    /// Nowhere: it is the advisor's to deliver.
    case own
}
