// SPDX-FileCopyrightText: 2026 The Escalite authors
// SPDX-License-Identifier: MIT

// The larger half of Style: whole controls.

#include "ui/theme/shapes.h"
#include "ui/theme/style.h"
#include "ui/theme/theme.h"
#include "ui/widgets/keycap.h"

#include <QComboBox>
#include <QPainter>
#include <QStyleOption>

using namespace Qt::StringLiterals;

namespace escalite::ui {

namespace {

/// Our own icons take \a color; foreign ones come as they are.
void drawIcon(QPainter &painter, const QRect &box, const QIcon &icon, const QColor &color, bool enabled)
{
    if (!icon.name().isEmpty())
        paintIcon(painter, box, icon.name(), color);
    else
        icon.paint(&painter, box, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
}

QColor buttonText(const QStyleOptionButton &button, const Theme &theme)
{
    if (!button.state.testFlag(QStyle::State_Enabled))
        return theme.control;
    if (button.features.testFlag(QStyleOptionButton::DefaultButton))
        return theme.accentFillText;
    if (!button.features.testFlag(QStyleOptionButton::Flat))
        return theme.text;
    switch (fieldMark(qobject_cast<const QWidget *>(button.styleObject))) {
    case FieldMark::Wrong:
        return theme.errorText;
    case FieldMark::Odd:
        return theme.warningText;
    case FieldMark::None:
        break;
    }
    return theme.accent;
}

} // namespace

void Style::drawPushButton(const QStyleOption *option, QPainter &painter) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    if (!button)
        return;
    const Theme &theme = Theme::current();
    const bool enabled = option->state.testFlag(State_Enabled);
    const bool down = option->state.testFlag(State_Sunken) || option->state.testFlag(State_On);
    const bool hover = enabled && option->state.testFlag(State_MouseOver);
    const bool focused = option->state.testFlag(State_HasFocus);
    if (button->features.testFlag(QStyleOptionButton::Flat)) {
        if (hover)
            fillBox(painter, option->rect, theme.toggled, Qt::transparent);
    } else if (button->features.testFlag(QStyleOptionButton::DefaultButton) && enabled) {
        const QColor fill = down    ? mixed(theme.accentFill, theme.window, .15)
                            : hover ? mixed(theme.accentFill, theme.accentFillText, .06)
                                    : theme.accentFill;
        fillBox(painter, option->rect, fill, fill);
    } else {
        const QColor fill = !enabled ? theme.window
                            : down   ? theme.toggled
                            : hover  ? mixed(theme.button, theme.text, .06)
                                     : theme.button;
        fillBox(painter, option->rect, fill, theme.buttonBorder);
    }
    if (focused) {
        strokeBox(painter, option->rect, theme.focusRing);
        if (button->features.testFlag(QStyleOptionButton::DefaultButton))
            strokeBox(painter, option->rect.adjusted(2, 2, -2, -2), theme.accentFillText, 1.5);
    }
}

void Style::drawPushButtonLabel(const QStyleOption *option, QPainter &painter, const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
    if (!button)
        return;
    const QColor color = buttonText(*button, Theme::current());
    const bool enabled = option->state.testFlag(State_Enabled);
    const int text = button->text.isEmpty() ? 0 : button->fontMetrics.size(Qt::TextShowMnemonic, button->text).width();
    const int icon = button->icon.isNull() ? 0 : button->iconSize.width();
    const int menu = button->features.testFlag(QStyleOptionButton::HasMenu) ? 18 : 0;
    const QString keys = shownKeys(widget);
    const int cap = keys.isEmpty() ? 0 : keycapWidth(keys) + KeysGap;
    const int width = text + icon + (text && icon ? 6 : 0) + menu + cap;
    QRect rect = option->rect;
    int x = rect.left() + (rect.width() - width) / 2;
    if (icon) {
        drawIcon(painter, QRect(x, rect.center().y() - icon / 2 + 1, icon, icon), button->icon, color, enabled);
        x += icon + 6;
    }
    painter.setPen(color);
    painter.drawText(QRect(x, rect.top(), text + 2, rect.height()),
                     Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextSingleLine, button->text);
    if (cap) {
        QColor line = color;
        line.setAlphaF(.5F);
        paintKeycap(painter, QRect(x + text + KeysGap, rect.top(), cap, rect.height()), keys, color, line);
    }
    if (menu)
        paintIcon(painter, QRectF(rect.right() - 20, rect.center().y() - 5, 12, 12), u"chevron-down"_s, color);
}

void Style::drawHeaderSection(const QStyleOption *option, QPainter &painter) const
{
    const Theme &theme = Theme::current();
    const QRect &r = option->rect;
    painter.fillRect(r, option->state.testFlag(State_MouseOver) && option->state.testFlag(State_Enabled)
                            ? mixed(theme.header, theme.text, .03)
                            : theme.header);
    painter.fillRect(QRect(r.left(), r.bottom(), r.width(), 1), theme.border);
    const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
    if (header && header->position != QStyleOptionHeader::End && header->position != QStyleOptionHeader::OnlyOneSection)
        painter.fillRect(QRect(r.right(), r.top(), 1, r.height()), theme.border);
}

void Style::drawTab(const QStyleOption *option, QPainter &painter) const
{
    const Theme &theme = Theme::current();
    const QRect r = option->rect;
    if (option->state.testFlag(State_Selected)) {
        painter.fillRect(r, theme.base);
        painter.fillRect(QRect(r.left(), r.top(), 1, r.height()), theme.border);
        painter.fillRect(QRect(r.right(), r.top(), 1, r.height()), theme.border);
        painter.fillRect(QRect(r.left(), r.top(), r.width(), 2), theme.focusRing);
    } else if (option->state.testFlag(State_MouseOver)) {
        painter.fillRect(r.adjusted(1, 2, -1, -1), mixed(theme.window, theme.text, .04));
    }
    if (option->state.testFlag(State_HasFocus))
        strokeBox(painter, r.adjusted(3, 4, -3, -3), theme.focusRing);
}

void Style::drawMenuItem(const QStyleOption *option, QPainter &painter, const QWidget *widget) const
{
    const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
    if (!item)
        return;
    const Theme &theme = Theme::current();
    const QRect r = item->rect;
    painter.fillRect(r, theme.raised);
    if (item->menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRect(r.left(), r.center().y(), r.width(), 1), theme.border);
        return;
    }
    const bool enabled = item->state.testFlag(State_Enabled);
    const bool selected = item->state.testFlag(State_Selected) && enabled;
    if (selected)
        painter.fillRect(r.adjusted(1, 0, -1, 0), theme.selection);
    const QColor color = !enabled ? theme.control : selected ? theme.selectionText : theme.text;
    if (item->checkType != QStyleOptionMenuItem::NotCheckable && item->checked)
        paintIcon(painter, QRectF(r.left() + 10, r.center().y() - 7, 16, 16), u"check"_s, color);
    else if (!item->icon.isNull())
        drawIcon(painter, QRect(r.left() + 10, r.center().y() - 7, 16, 16), item->icon,
                 selected  ? color
                 : enabled ? theme.text2
                           : theme.control,
                 enabled);
    const QStringList parts = item->text.split('\t'_L1);
    QFont font = item->font;
    if (item->menuItemType == QStyleOptionMenuItem::DefaultItem)
        font.setBold(true);
    painter.setFont(font);
    painter.setPen(color);
    const QRect text = r.adjusted(36, 0, -20, 0);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextSingleLine, parts.first());
    if (parts.size() > 1) {
        painter.setPen(!enabled ? theme.control : selected ? theme.selectionText : theme.text3);
        painter.drawText(text, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, parts.at(1));
    }
    if (item->menuItemType == QStyleOptionMenuItem::SubMenu)
        paintIcon(painter, QRectF(r.right() - 18, r.center().y() - 6, 12, 12), u"chevron-right"_s, color);
    Q_UNUSED(widget)
}

void Style::drawScrollBar(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const
{
    const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (!bar)
        return;
    const Theme &theme = Theme::current();
    const bool horizontal = bar->orientation == Qt::Horizontal;
    painter.fillRect(bar->rect, theme.base);
    painter.fillRect(horizontal ? QRect(bar->rect.left(), bar->rect.top(), bar->rect.width(), 1)
                                : QRect(bar->rect.left(), bar->rect.top(), 1, bar->rect.height()),
                     theme.hairline);
    if (bar->minimum >= bar->maximum)
        return;
    const bool active = bar->activeSubControls.testFlag(SC_ScrollBarSlider);
    const bool down = active && bar->state.testFlag(State_Sunken);
    const QRect slider = proxy()->subControlRect(CC_ScrollBar, option, SC_ScrollBarSlider, widget);
    const QRect pill = horizontal ? slider.adjusted(2, 4, -2, -2) : slider.adjusted(4, 2, -2, -2);
    const QColor fill = down                                             ? theme.control
                        : active && bar->state.testFlag(State_MouseOver) ? mixed(theme.base, theme.control, .8)
                                                                         : mixed(theme.base, theme.control, .5);
    fillBox(painter, pill, fill, Qt::transparent, 3);
}

void Style::drawComboBox(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const
{
    const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
    if (!combo)
        return;
    const Theme &theme = Theme::current();
    const bool enabled = combo->state.testFlag(State_Enabled);
    const bool hover = enabled && combo->state.testFlag(State_MouseOver);
    const bool focused = combo->state.testFlag(State_HasFocus);
    if (combo->editable)
        fillBox(painter, combo->rect, theme.field, Qt::transparent);
    else
        fillBox(painter, combo->rect,
                !enabled ? theme.window
                : hover  ? mixed(theme.button, theme.text, .06)
                         : theme.button,
                Qt::transparent);
    strokeField(painter, combo->rect, focused, fieldMark(widget),
                combo->editable ? theme.fieldBorder : theme.buttonBorder);
    const QRect arrow = proxy()->subControlRect(CC_ComboBox, option, SC_ComboBoxArrow, widget);
    QRectF box(0, 0, 12, 12);
    box.moveCenter(QRectF(arrow).center());
    paintIcon(painter, box, u"chevron-down"_s, enabled ? theme.text2 : theme.control);
}

void Style::drawSpinBox(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const
{
    const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option);
    if (!spin)
        return;
    const Theme &theme = Theme::current();
    const bool enabled = spin->state.testFlag(State_Enabled);
    const bool focused = spin->state.testFlag(State_HasFocus);
    fillBox(painter, spin->rect, enabled ? theme.field : theme.window, Qt::transparent);
    strokeField(painter, spin->rect, focused, fieldMark(widget), enabled ? theme.fieldBorder : theme.border);
    if (spin->buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const QRect up = proxy()->subControlRect(CC_SpinBox, option, SC_SpinBoxUp, widget);
    const QRect down = proxy()->subControlRect(CC_SpinBox, option, SC_SpinBoxDown, widget);
    painter.fillRect(QRect(up.left(), spin->rect.top() + 2, 1, spin->rect.height() - 4), theme.border);
    for (const auto &[rect, name, can] : {std::tuple{up, u"chevron-up"_s, QAbstractSpinBox::StepUpEnabled},
                                          std::tuple{down, u"chevron-down"_s, QAbstractSpinBox::StepDownEnabled}}) {
        QRectF box(0, 0, 9, 9);
        box.moveCenter(QRectF(rect).center() + QPointF(.5, 0));
        paintIcon(painter, box, name, enabled && spin->stepEnabled.testFlag(can) ? theme.text2 : theme.control);
    }
}

void Style::drawToolButton(const QStyleOptionComplex *option, QPainter &painter, const QWidget *widget) const
{
    const auto *button = qstyleoption_cast<const QStyleOptionToolButton *>(option);
    if (!button)
        return;
    const Theme &theme = Theme::current();
    const bool enabled = button->state.testFlag(State_Enabled);
    proxy()->drawPrimitive(PE_PanelButtonTool, button, &painter, widget);
    const QColor color = enabled ? theme.text : theme.control;
    const bool words = button->toolButtonStyle != Qt::ToolButtonIconOnly && !button->text.isEmpty();
    const bool picture = !button->icon.isNull() && (button->toolButtonStyle != Qt::ToolButtonTextOnly);
    const QRect r = button->rect;
    const int icon = picture ? button->iconSize.width() : 0;
    const bool menu = button->features.testFlag(QStyleOptionToolButton::HasMenu);
    int x = words ? r.left() + 8 : r.left() + (r.width() - icon - (menu ? 16 : 0)) / 2;
    if (picture) {
        drawIcon(painter, QRect(x, r.top() + (r.height() - icon) / 2, icon, icon), button->icon, color, enabled);
        x += icon + 8;
    }
    if (words) {
        painter.setPen(color);
        painter.setFont(button->font);
        painter.drawText(QRect(x, r.top(), r.right() - x - (menu ? 18 : 4), r.height()),
                         Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextSingleLine, button->text);
    }
    if (menu)
        paintIcon(painter, QRectF(r.right() - 18, r.center().y() - 5, 12, 12), u"chevron-down"_s,
                  enabled ? theme.text2 : theme.control);
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                        const QWidget *widget) const
{
    const Theme &theme = Theme::current();
    switch (element) {
    case CE_PushButtonLabel:
        drawPushButtonLabel(option, *painter, widget);
        return;
    case CE_PushButtonBevel: {
        const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option);
        if (!button)
            return;
        // The arrow of a menu is drawn with the label.
        QStyleOptionButton plain = *button;
        plain.features.setFlag(QStyleOptionButton::HasMenu, false);
        QProxyStyle::drawControl(element, &plain, painter, widget);
        return;
    }
    case CE_Header: {
        // QCommonStyle asks itself, not its proxy, for the places of label and arrow (Qt 6.4.2).
        const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        if (!header)
            return;
        drawHeaderSection(header, *painter);
        QStyleOptionHeader part = *header;
        part.rect = subElementRect(SE_HeaderLabel, header, widget);
        const bool sorted = header->sortIndicator != QStyleOptionHeader::None;
        if (sorted)
            part.rect.adjust(0, 0, -16, 0);
        drawControl(CE_HeaderLabel, &part, painter, widget);
        if (sorted) {
            part.rect = QRect(header->rect.right() - 19, header->rect.center().y() - 6, 12, 12);
            drawPrimitive(PE_IndicatorHeaderArrow, &part, painter, widget);
        }
        return;
    }
    case CE_HeaderSection:
        drawHeaderSection(option, *painter);
        return;
    case CE_HeaderEmptyArea: {
        QStyleOptionHeader empty;
        empty.rect = option->rect;
        empty.position = QStyleOptionHeader::End;
        drawHeaderSection(&empty, *painter);
        return;
    }
    case CE_HeaderLabel: {
        const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option);
        if (!header)
            return;
        painter->setPen(theme.text2);
        // The room is what the margins left of a low header; descenders need all of it.
        const QRect text = option->rect.adjusted(0, -8, 0, 7);
        painter->drawText(text, static_cast<int>(header->textAlignment) | Qt::AlignVCenter | Qt::TextSingleLine,
                          header->fontMetrics.elidedText(header->text, Qt::ElideRight, text.width()));
        return;
    }
    case CE_ToolBar:
        painter->fillRect(option->rect, theme.window);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), theme.border);
        return;
    case CE_MenuBarItem: {
        const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
        painter->fillRect(option->rect, theme.window);
        if (!item)
            return;
        if (item->state.testFlag(State_Selected))
            fillBox(*painter, item->rect.adjusted(1, 2, -1, -2),
                    item->state.testFlag(State_Sunken) ? theme.toggled : theme.raised, Qt::transparent);
        painter->setPen(item->state.testFlag(State_Enabled) ? theme.text : theme.control);
        painter->drawText(item->rect, Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine, item->text);
        return;
    }
    case CE_MenuBarEmptyArea:
        painter->fillRect(option->rect, theme.window);
        return;
    case CE_MenuItem:
        drawMenuItem(option, *painter, widget);
        return;
    case CE_TabBarTabShape:
        drawTab(option, *painter);
        return;
    case CE_TabBarTabLabel: {
        const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option);
        if (!tab)
            return;
        const bool selected = tab->state.testFlag(State_Selected);
        const QColor color = !tab->state.testFlag(State_Enabled) ? theme.control : selected ? theme.text : theme.text2;
        QRect text = tab->rect.adjusted(14, 1, -14, 0);
        if (!tab->icon.isNull()) {
            const int side = tab->iconSize.width();
            drawIcon(*painter, QRect(text.left(), text.top() + (text.height() - side) / 2, side, side), tab->icon,
                     color, true);
            text.setLeft(text.left() + side + 8);
        }
        painter->setPen(color);
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextShowMnemonic | Qt::TextSingleLine,
                          tab->text);
        return;
    }
    case CE_Splitter:
        painter->fillRect(option->rect, theme.border);
        return;
    case CE_ComboBoxLabel: {
        const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option);
        if (!combo || combo->editable)
            return;
        const bool enabled = combo->state.testFlag(State_Enabled);
        const QColor color = enabled ? theme.text : theme.control;
        QRect text = proxy()->subControlRect(CC_ComboBox, combo, SC_ComboBoxEditField, widget);
        if (!combo->currentIcon.isNull()) {
            drawIcon(*painter, QRect(text.left(), text.center().y() - 7, 16, 16), combo->currentIcon,
                     enabled ? theme.text2 : color, enabled);
            text.setLeft(text.left() + 24);
        }
        painter->setPen(color);
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                          combo->fontMetrics.elidedText(combo->currentText, Qt::ElideRight, text.width()));
        return;
    }
    case CE_ShapedFrame: {
        const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
        if (frame && (frame->frameShape == QFrame::HLine || frame->frameShape == QFrame::VLine)) {
            const bool horizontal = frame->frameShape == QFrame::HLine;
            const QRect r = frame->rect;
            painter->fillRect(horizontal ? QRect(r.left(), r.center().y(), r.width(), 1)
                                         : QRect(r.center().x(), r.top(), 1, r.height()),
                              theme.border);
            return;
        }
        QProxyStyle::drawControl(element, option, painter, widget);
        return;
    }
    case CE_ProgressBar: {
        const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(option);
        if (!bar)
            return;
        const QRect track(bar->rect.left(), bar->rect.center().y() - 1, bar->rect.width(), 3);
        painter->fillRect(track, theme.border);
        const int span = bar->maximum - bar->minimum;
        if (span > 0)
            painter->fillRect(QRect(track.topLeft(), QSize(track.width() * (bar->progress - bar->minimum) / span, 3)),
                              theme.focusRing);
        return;
    }
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                               const QWidget *widget) const
{
    switch (control) {
    case CC_ScrollBar:
        drawScrollBar(option, *painter, widget);
        return;
    case CC_ComboBox:
        drawComboBox(option, *painter, widget);
        return;
    case CC_SpinBox:
        drawSpinBox(option, *painter, widget);
        return;
    case CC_ToolButton:
        drawToolButton(option, *painter, widget);
        return;
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl sub,
                            const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        const auto *bar = qstyleoption_cast<const QStyleOptionSlider *>(option);
        if (!bar)
            return {};
        const bool horizontal = bar->orientation == Qt::Horizontal;
        const int length = horizontal ? bar->rect.width() : bar->rect.height();
        const qint64 range = qint64(bar->maximum) - bar->minimum;
        qint64 slider = range > 0 ? qint64(length) * bar->pageStep / (range + bar->pageStep) : length;
        slider =
            std::clamp<qint64>(slider, std::min(length, pixelMetric(PM_ScrollBarSliderMin, option, widget)), length);
        const int from = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition,
                                                 length - static_cast<int>(slider), bar->upsideDown);
        const auto piece = [&](int begin, int end) {
            const QRect r = horizontal
                                ? QRect(bar->rect.left() + begin, bar->rect.top(), end - begin, bar->rect.height())
                                : QRect(bar->rect.left(), bar->rect.top() + begin, bar->rect.width(), end - begin);
            return visualRect(bar->direction, bar->rect, r);
        };
        switch (sub) {
        case SC_ScrollBarGroove:
            return bar->rect;
        case SC_ScrollBarSlider:
            return piece(from, from + static_cast<int>(slider));
        case SC_ScrollBarSubPage:
            return piece(0, from);
        case SC_ScrollBarAddPage:
            return piece(from + static_cast<int>(slider), length);
        default:
            return {};
        }
    }
    if (control == CC_ComboBox) {
        const QRect r = option->rect;
        switch (sub) {
        case SC_ComboBoxEditField:
            return visualRect(option->direction, r, r.adjusted(10, 1, -26, -1));
        case SC_ComboBoxArrow:
            return visualRect(option->direction, r, QRect(r.right() - 25, r.top(), 24, r.height()));
        default:
            break;
        }
    }
    if (control == CC_SpinBox) {
        const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option);
        const QRect r = option->rect;
        const int buttons = spin && spin->buttonSymbols == QAbstractSpinBox::NoButtons ? 0 : 18;
        switch (sub) {
        case SC_SpinBoxUp:
            return visualRect(option->direction, r,
                              QRect(r.right() - buttons, r.top() + 2, buttons, r.height() / 2 - 2));
        case SC_SpinBoxDown:
            return visualRect(option->direction, r,
                              QRect(r.right() - buttons, r.top() + r.height() / 2, buttons, r.height() / 2 - 2));
        case SC_SpinBoxEditField:
            return visualRect(option->direction, r, r.adjusted(4, 2, -buttons - 2, -2));
        default:
            break;
        }
    }
    return QProxyStyle::subControlRect(control, option, sub, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    if (element == SE_LineEditContents)
        return visualRect(option->direction, option->rect, option->rect.adjusted(6, 1, -6, -1));
    if (element == SE_HeaderLabel)
        return option->rect.adjusted(8, 0, -6, -1);
    return QProxyStyle::subElementRect(element, option, widget);
}

} // namespace escalite::ui
