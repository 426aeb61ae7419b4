#pragma once

#include <utility>
#include <variant>

#include "bot/core/problem.h"

namespace fedmsgbot {

// A value, or the problems that kept it from being made. For an operator's mistakes and for bad input;
// what is expected at run time is an Outcome, what is broken is an exception.
// (std::expected needs C++23; g++ 12 has it only there.)
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Problems problems) : state_(std::in_place_index<1>, std::move(problems)) {}
    Result(Problem problem) : Result(Problems{std::move(problem)}) {}

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    // Asking for what is not there is our bug: std::bad_variant_access.
    T& value() & { return std::get<0>(state_); }
    const T& value() const& { return std::get<0>(state_); }
    T&& value() && { return std::get<0>(std::move(state_)); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }

    const Problems& problems() const { return std::get<1>(state_); }

private:
    std::variant<T, Problems> state_;
};

}  // namespace fedmsgbot
